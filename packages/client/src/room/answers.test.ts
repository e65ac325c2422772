import type { Run, RunSummary } from "@tertulia/model/assistants";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { at, idOf, message, mira, quill, roomId, snapshot } from "../../test/a-room.ts";
import type { RoomState } from "../state.ts";
import { type EarlyWords, noEarlyWords, placeWords, withDeltas, withRun } from "./answers.ts";
import { opened, unopened, withEvents } from "./room-state.ts";

const runId = idOf(900);
const runOf = (id: string, status: RunSummary["status"]): RunSummary => ({
  id, status, model: "m", triggerMessageId: idOf(1), askedBy: mira.id, startedAt: at(2), endedAt: null, code: null, retryable: false, stoppedBy: null,
  usage: { inputTokens: null, outputTokens: null },
});
const answer = (content: string) => message(2, quill, content, { status: "streaming", run: runOf(runId, "running") });
const answering = (content: string) => opened(unopened, snapshot([message(1, mira, "@quill tea?"), answer(content)], 2), ({ id }) => id);
const delta = (offset: number, text: string) => ({ runId, messageId: idOf(2), offset, text });
const words = (state: RoomState) => state.messages.at(-1)?.content;
const runWith = (text: string): Run => ({ ...runOf(runId, "running"), roomId, messageId: idOf(2), assistantId: quill.id, text });

describe("an answer's words", () => {
  it("[AI1] join at their offsets, whatever overlap, repetition or loss there was, once the run has been read", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 60 }),
        fc.array(fc.tuple(fc.nat(60), fc.nat(12)), { maxLength: 12 }),
        fc.nat(60),
        (text, cuts, saved) => {
          let state = answering("");
          let early: EarlyWords = noEarlyWords;
          for (const [from, length] of cuts) {
            const offset = from % text.length;
            ({ state, early } = withDeltas(state, early, [delta(offset, text.slice(offset, offset + length + 1))]));
            expect(text.startsWith(words(state) ?? "?")).toBe(true);
          }
          ({ state, early } = withRun(state, early, runWith(text.slice(0, saved))));
          expect(text.startsWith(words(state) ?? "?")).toBe(true);
          expect(words(withRun(state, early, runWith(text)).state)).toBe(text);
        },
      ),
    );
  });

  it("wait for those they follow, and tell that some are missing", () => {
    const { state, early, torn } = withDeltas(answering("Ear"), noEarlyWords, [delta(9, ", please")]);
    expect(torn).toEqual([runId]);
    expect(words(state)).toBe("Ear");
    const read = withRun(state, early, runWith("Earl Grey"));
    expect(words(read.state)).toBe("Earl Grey, please");
    expect(read.torn).toEqual([]);
  });

  it("wait for their answer's start, when they overtake it", () => {
    const before = opened(unopened, snapshot([message(1, mira, "@quill tea?")], 1), ({ id }) => id);
    const { state, early, torn } = withDeltas(before, noEarlyWords, [delta(0, "Earl "), delta(5, "Grey")]);
    expect(torn).toEqual([]);
    const started = withEvents(
      state,
      [{ type: "run.started", runId, messageId: idOf(2), assistantId: quill.id, triggerMessageId: idOf(1), message: answer(""), roomId, seq: 2, at: at(2), actorId: quill.id }],
      ({ id }) => id,
    );
    expect(words(placeWords(started, early).state)).toBe("Earl Grey");
  });

  it("change nothing of an answer that has ended", () => {
    const done = opened(unopened, snapshot([message(2, quill, "Earl Grey.", { run: runOf(runId, "completed") })], 3), ({ id }) => id);
    expect(withDeltas(done, noEarlyWords, [delta(10, " Or not.")])).toMatchObject({ state: done, torn: [] });
  });

  it("start anew at offset 0, unless they only repeat what is there", () => {
    expect(words(withDeltas(answering("Darjeel"), noEarlyWords, [delta(0, "Earl")]).state)).toBe("Earl");
    expect(words(withDeltas(answering("Earl Grey"), noEarlyWords, [delta(0, "Earl")]).state)).toBe("Earl Grey");
  });

  it("written anew wait for the news of that, when they overtake it, and are never mixed with those before", () => {
    const before = opened(unopened, snapshot([message(2, quill, "Earl Grey.", { run: runOf(idOf(899), "completed") })], 3), ({ id }) => id);
    const { state, early, torn } = withDeltas(before, noEarlyWords, [delta(0, "Dar"), delta(3, "jeeling")]);
    expect({ state, torn }).toEqual({ state: before, torn: [] });
    const anew = { ...answer(""), variants: [idOf(899), runId] };
    const started = withEvents(
      state,
      [{ type: "run.started", runId, messageId: idOf(2), assistantId: quill.id, triggerMessageId: idOf(1), message: anew, roomId, seq: 4, at: at(4), actorId: quill.id }],
      ({ id }) => id,
    );
    const late = withDeltas(started, early, [{ runId: idOf(899), messageId: idOf(2), offset: 0, text: "Earl Grey." }]);
    expect(words(late.state)).toBe("Darjeeling");
    expect(late.early).toEqual(noEarlyWords);
    const read = withRun(late.state, late.early, { ...runWith("Earl Grey, of the run before"), id: idOf(899) });
    expect(words(read.state)).toBe("Darjeeling");
  });

  it("leave every other message's identity alone", () => {
    const state = answering("Earl");
    const next = withDeltas(state, noEarlyWords, [delta(4, " Grey")]).state;
    expect(next.messages[0]).toBe(state.messages[0]);
    expect(next.messages[1]).not.toBe(state.messages[1]);
  });
});
