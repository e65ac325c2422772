import type { RoomEvent } from "@tertulia/model/events";
import { says, saysWhenTold } from "@tertulia/testing/model-server/scripts";
import { type ModelServer, startModelServer } from "@tertulia/testing/model-server/start-model-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { idIn } from "../test/ask.ts";
import { openStage, type Stage } from "../test/stage.ts";

let model: ModelServer;
let stage: Stage;
beforeAll(async () => {
  model = await startModelServer({ models: ["scripted-1", "scripted-2"] });
  stage = await openStage({ openAi: { apiKey: null, baseUrl: model.url, model: "scripted-1" } });
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await model.close();
});

const Run = z.looseObject({ id: z.uuid(), status: z.string(), text: z.string() });
const Page = z.object({ items: z.array(z.looseObject({ id: z.uuid(), content: z.string(), role: z.string(), run: Run.partial({ text: true }).nullable() })) });

/** Mira asks quill something in a conversation of theirs; resolves with its path once something of this kind has happened there. */
async function asked(until: RoomEvent["type"]) {
  const path = `/conversations/${idIn(await stage.ask(stage.mira, "POST", "/conversations", { body: { kind: "assistant", participantIds: [stage.quill.id] } }))}`;
  const happened = await listensFor(until, path);
  await stage.say(stage.mira, path, "Which tea?");
  await happened();
  const answer = Page.parse((await stage.ask(stage.mira, "GET", `${path}/messages`)).data).items[1];
  if (!answer?.run) throw new Error("Nothing was answered.");
  return { path, answer, run: answer.run };
}

/** Listens from now on; what it answers resolves with the first event of this kind. */
async function listensFor(type: RoomEvent["type"], path: string): Promise<() => Promise<void>> {
  const heard = Promise.withResolvers<void>();
  await stage.server.core.bus.listen("room", path.split("/")[2] ?? "", (note) => {
    if (note.kind === "events" && note.events.some((event) => event.type === type)) heard.resolve();
  });
  return () => heard.promise;
}

test("the server's assistants and models are listed; how one was set up is for administrators", async () => {
  const { ask, mira, tomas, quill } = stage;
  const setup = { instructions: expect.any(String), model: expect.any(String), temperature: null };
  expect((await ask(mira, "GET", "/assistants")).data).toMatchObject({ items: [{ user: { id: quill.id, kind: "assistant" }, model: "scripted-1", mode: "mention", setup }] });
  expect((await ask(tomas, "GET", "/assistants")).data).toMatchObject({ items: [{ user: { id: quill.id }, setup: null }] });
  expect((await ask(tomas, "GET", "/models")).data).toMatchObject({ items: [{ id: "scripted-1" }, { id: "scripted-2" }] });
});

test("an answer is a message with a run, which tells how it was written", async () => {
  model.script(says(["Green, ", "I think."]));
  const { answer, run } = await asked("run.completed");
  expect(answer).toMatchObject({ userId: stage.quill.id, role: "ASSISTANT", content: "Green, I think.", status: "SENT", run: { status: "completed", model: "scripted-1", askedBy: stage.mira.account.id } });
  expect((await stage.ask(stage.mira, "GET", `/runs/${run.id}`)).data).toMatchObject({ id: run.id, messageId: answer.id, assistantId: stage.quill.id, status: "completed", text: "Green, I think." });
});

test("an answer is written anew in its place, by another model if one likes, once under a key", async () => {
  const { ask, mira } = stage;
  model.script(says(["Green."]), says(["Black."]));
  const { path, answer } = await asked("run.completed");
  const done = await listensFor("run.completed", path);
  const again = () => ask(mira, "POST", `/messages/${answer.id}/regenerate`, { body: { model: "scripted-2" }, headers: { "idempotency-key": `anew-${answer.id}` } });
  const first = await again();
  expect([first.status, first.data]).toMatchObject([201, { messageId: answer.id, askedBy: mira.account.id }]);
  await done();
  expect((await again()).data).toMatchObject({ id: idIn(first), status: "completed", text: "Black." });
  expect(Page.parse((await ask(mira, "GET", `${path}/messages`)).data).items.map(({ content }) => content)).toEqual(["Which tea?", "Black."]);
  expect((await ask(mira, "POST", `/messages/${answer.id}/regenerate`, { body: { model: "the-dearest" } })).status).toBe(404);
});

test("an answer is stopped by whoever asked, and keeps what was written", async () => {
  const { ask, mira, tomas } = stage;
  const telling = saysWhenTold(["Green, ", "I think."]);
  model.script(telling.script);
  const { path, run } = await asked("run.started");
  const stopped = await listensFor("run.stopped", path);
  const missing = await ask(tomas, "POST", `/runs/${run.id}/stop`);
  expect([missing.status, missing.failure]).toMatchObject([404, { error: "Run not found", code: "NOT_FOUND" }]);
  expect((await ask(mira, "POST", `/runs/${run.id}/stop`)).json).toEqual({ success: true, message: "Answer stopped successfully" });
  await stopped();
  expect((await ask(mira, "GET", `/runs/${run.id}`)).data).toMatchObject({ status: "stopped", stoppedBy: mira.account.id });
  expect((await ask(tomas, "GET", `/runs/${run.id}`)).status).toBe(404);
  telling.finish();
});

test("what is no answer isn't written anew", async () => {
  const { ask, mira, room, say } = stage;
  const answer = await ask(mira, "POST", `/messages/${await say(mira, `/conversations/${room.id}`)}/regenerate`);
  expect([answer.status, answer.failure]).toMatchObject([409, { code: "CONFLICT", details: { reason: "NO_ANSWER" } }]);
});
