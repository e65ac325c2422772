import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { hangs, refuses, says, saysWhenTold, stallsAfter } from "@tertulia/testing/model-server/scripts";
import { type ModelServer, startModelServer } from "@tertulia/testing/model-server/start-model-server";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openNode, setTable } from "../../test/assistant-room.ts";
import { listen } from "../../test/listener.ts";
import type { Core } from "../core.ts";
import { loadEvents } from "../feed/load-events.ts";
import { deleteMessage } from "../messages/delete-message.ts";
import { listMessages } from "../messages/list-messages.ts";
import { postMessage } from "../messages/post-message.ts";
import { loadPosition } from "../reads/load-position.ts";
import { updateRoom } from "../rooms/update-room.ts";
import { chooseVariant } from "./choose-variant.ts";
import { ensureDefaultAssistant } from "./ensure-default-assistant.ts";
import { getRun } from "./get-run.ts";
import { invokeAssistant } from "./invoke-assistant.ts";
import { regenerateAnswer } from "./regenerate-answer.ts";
import { stopRun } from "./stop-run.ts";

describe.each(testDatabases())("an answer's variants on %s", (kind) => {
  let database: Database;
  let server: ModelServer;
  let core: Core;
  let clock: MovableClock;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await ensureDefaultAssistant(database);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    server = await startModelServer({ models: ["scripted-1", "scripted-2"] });
    ({ core, clock } = await openNode({ database, server }));
    return async () => {
      await core.close();
      await server.close();
    };
  });

  /** Tomas has asked, and quill has answered "Green.". */
  async function answered(at: Core = core) {
    const table = await setTable(at);
    server.script(says(["Green."]));
    const question = await table.says(table.tomas, "Which tea?");
    const { message } = await table.ear.end(1);
    return { ...table, question, answer: message, firstRun: message.run?.id ?? "" };
  }

  /** Mira has had that written anew: "Black.". */
  async function answeredTwice() {
    const table = await answered();
    server.script(says(["Black."]));
    const { id: secondRun } = await regenerateAnswer(core, table.mira, { messageId: table.answer.id });
    await table.ear.end(2);
    return { ...table, secondRun };
  }

  const shown = async ({ tomas, roomId }: Awaited<ReturnType<typeof answered>>) => (await listMessages(core, tomas, { roomId })).items;

  test("are its runs: written anew, it keeps its place, and everyone sees the new words grow there", async () => {
    const table = await answered();
    const { mira, answer, question, ear, firstRun } = table;
    const telling = saysWhenTold(["Bl", "ack."]);
    server.script(telling.script);
    const run = await regenerateAnswer(core, mira, { messageId: answer.id });
    expect(run).toMatchObject({ status: "queued", triggerMessageId: question.id, messageId: answer.id });
    const started = await ear.until(() => ear.started.find(({ runId }) => runId === run.id));
    expect(started.message).toMatchObject({ id: answer.id, seq: answer.seq, content: "", status: "streaming", variants: [firstRun, run.id], run: { id: run.id, status: "running" } });
    await telling.next();
    await ear.until(() => ear.wordsOf(run.id) === "Bl");
    expect((await getRun(core, mira, { runId: firstRun })).text).toBe("Green.");
    telling.finish();
    const done = await ear.until(() => ear.ends.find(({ message }) => message.run?.id === run.id));
    expect(done).toMatchObject({ type: "run.completed", message: { id: answer.id, seq: answer.seq, content: "Black.", status: "sent", variants: [firstRun, run.id] } });
    expect((await shown(table)).filter(({ id }) => id === answer.id)).toEqual([done.message]);
  });

  test("notify nobody, and make the room no newer", async () => {
    const { tomas, roomId, ear, answer, mira, firstRun } = await answered();
    const facts = async () => ({
      unread: (await loadPosition(core.db, roomId, tomas.user.id))?.unread,
      row: await core.db.selectFrom("messages").select(["unread_seq", "seq"]).where("id", "=", answer.id).executeTakeFirst(),
      room: await core.db.selectFrom("rooms").select("last_message_at").where("id", "=", roomId).executeTakeFirst(),
    });
    const before = await facts();
    server.script(says(["Black."]));
    const run = await regenerateAnswer(core, mira, { messageId: answer.id });
    await ear.end(2);
    await chooseVariant(core, mira, { runId: firstRun });
    expect(await facts()).toEqual(before);
    expect(ear.ends).toMatchObject([{ seq: answer.seq + 1 }, { quiet: true, message: { run: { id: run.id } } }]);
    expect(ear.ends[0]).not.toHaveProperty("quiet");
  });

  test("show an inbox their words, and count in it for nobody", async () => {
    const { tomas, mira, answer, firstRun, ear } = await answered();
    const inbox = await listen(core, tomas, { kind: "inbox" });
    const showing = (excerpt: string) => inbox.inbox.find((update) => update.type === "room.activity" && update.last?.excerpt === excerpt);
    const telling = saysWhenTold(["Black."]);
    server.script(telling.script);
    await regenerateAnswer(core, mira, { messageId: answer.id });
    // While it has no words, the newest are those before it.
    await inbox.until(() => showing("Which tea?") !== undefined);
    telling.finish();
    await ear.end(2);
    clock.move(1_000);
    await inbox.until(() => showing("Black.") !== undefined);
    await chooseVariant(core, mira, { runId: firstRun });
    clock.move(1_000);
    await inbox.until(() => showing("Green.") !== undefined);
    expect([showing("Black."), showing("Green.")]).toMatchObject([{ counted: [] }, { counted: [] }]);
    inbox.stop();
  });

  test("are each a whole answer to come back to, whichever is chosen", async () => {
    const table = await answeredTwice();
    const { mira, tomas, answer, firstRun, secondRun, ear } = table;
    const chosen = await chooseVariant(core, tomas, { runId: firstRun });
    expect(chosen).toMatchObject({ id: answer.id, content: "Green.", status: "sent", editedAt: null, variants: [firstRun, secondRun], run: { id: firstRun } });
    expect(ear.events.at(-1)).toMatchObject({ type: "variant.chosen", actorId: tomas.user.id, message: chosen });
    const wordsOf = async (runId: string) => (await getRun(core, mira, { runId })).text;
    expect([await wordsOf(firstRun), await wordsOf(secondRun)]).toEqual(["Green.", "Black."]);
    expect(await chooseVariant(core, mira, { runId: secondRun })).toMatchObject({ content: "Black.", run: { id: secondRun } });
    expect([await wordsOf(firstRun), await wordsOf(secondRun)]).toEqual(["Green.", "Black."]);
    expect(await shown(table)).toMatchObject([{ role: "user" }, { content: "Black." }]);
  });

  test("chosen twice are chosen once", async () => {
    const { mira, tomas, firstRun, ear } = await answeredTwice();
    await Promise.all([chooseVariant(core, mira, { runId: firstRun }), chooseVariant(core, tomas, { runId: firstRun })]);
    expect(ear.events.filter(({ type }) => type === "variant.chosen")).toHaveLength(1);
  });

  test("go on from the chosen one: later questions are answered with that in mind, and it alone", async () => {
    const { tomas, firstRun, says: say } = await answeredTwice();
    await chooseVariant(core, tomas, { runId: firstRun });
    server.script(says(["Yes."]));
    await say(tomas, "With milk?");
    expect((await server.request(3)).messages.slice(1)).toEqual([
      { role: "user", content: "Tomas: Which tea?" },
      { role: "assistant", content: "Green." },
      { role: "user", content: "Tomas: With milk?" },
    ]);
  });

  test("may be asked of another model, if there is such a one", async () => {
    const { mira, answer, ear } = await answered();
    server.script(says(["Black."]));
    await regenerateAnswer(core, mira, { messageId: answer.id, model: "scripted-2" });
    expect((await ear.end(2)).message.run).toMatchObject({ model: "scripted-2" });
    expect((await server.request(2)).model).toBe("scripted-2");
    await expect(regenerateAnswer(core, mira, { messageId: answer.id, model: "the-dearest" })).rejects.toMatchObject({ code: "NOT_FOUND", details: { model: "the-dearest" } });
  });

  test("asked for twice at once are asked for once, and again while one is being written", async () => {
    const { mira, tomas, answer, ear } = await answered();
    const telling = saysWhenTold(["Black."]);
    server.script(telling.script);
    const again = () => regenerateAnswer(core, mira, { messageId: answer.id });
    const runs = await Promise.all([again(), again(), regenerateAnswer(core, tomas, { messageId: answer.id })]);
    await ear.start(2);
    runs.push(await again());
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    telling.finish();
    await ear.end(2);
    expect(server.requests).toHaveLength(2);
  });

  test("asked for under a name are written once, also when they are asked for again once they are there", async () => {
    const { mira, answer, ear } = await answered();
    server.script(says(["Black."]));
    const first = await regenerateAnswer(core, mira, { messageId: answer.id }, "anew");
    await ear.end(2);
    expect(await regenerateAnswer(core, mira, { messageId: answer.id }, "anew")).toMatchObject({ id: first.id, status: "completed", text: "Black." });
    await expect(regenerateAnswer(core, mira, { messageId: answer.id, model: "scripted-2" }, "anew")).rejects.toMatchObject({ code: "CONFLICT", details: { reason: "DIFFERENT_CONTENT" } });
    expect(server.requests).toHaveLength(2);
  });

  test("[L1] asked for under a name are answered again also to whoever may post no more", async () => {
    const { core: strict } = await openNode({ database, server }, { postsPerMinute: 1 });
    const { mira, answer, ear } = await answered(strict);
    server.script(says(["Black."]));
    const first = await regenerateAnswer(strict, mira, { messageId: answer.id }, "anew");
    await ear.end(2);
    expect(await regenerateAnswer(strict, mira, { messageId: answer.id }, "anew")).toMatchObject({ id: first.id, text: "Black." });
    await expect(regenerateAnswer(strict, mira, { messageId: answer.id }, "another")).rejects.toMatchObject({ code: "RATE_LIMITED" });
    await strict.close();
  });

  test("are asked for of each answer by itself, though several answer one question", async () => {
    const { roomId, mira, quill, answer, ear } = await answered();
    server.script(says(["Oolong."]));
    await invokeAssistant(core, mira, { roomId, assistantId: quill });
    const { message: other } = await ear.end(2);
    const telling = saysWhenTold(["Black."]);
    server.script(telling.script, says(["White."]));
    const runs = [await regenerateAnswer(core, mira, { messageId: answer.id }), await regenerateAnswer(core, mira, { messageId: other.id })];
    expect(runs.map(({ messageId }) => messageId)).toEqual([answer.id, other.id]);
    telling.finish();
    await ear.end(4);
    expect((await listMessages(core, mira, { roomId })).items).toMatchObject([{}, { content: "Black." }, { content: "White." }]);
  });

  test("are twenty at most", async () => {
    const { mira, answer, firstRun } = await answered();
    const many = [firstRun, ...Array.from({ length: 19 }, () => newId())];
    await core.db.updateTable("messages").set({ variants: many }).where("id", "=", answer.id).execute();
    await expect(regenerateAnswer(core, mira, { messageId: answer.id })).rejects.toMatchObject({ code: "QUOTA_EXCEEDED", details: { limit: 20 } });
  });

  test("[A33] of which the node died are broken off with the words last saved, and those before can be had back", async () => {
    const { mira, answer, firstRun, ear } = await answered();
    server.script(stallsAfter("Bl"));
    const { id: runId } = await regenerateAnswer(core, mira, { messageId: answer.id });
    await ear.until(() => ear.wordsOf(runId) !== "");
    await core.db.updateTable("assistant_runs").set({ text: "Bl" }).where("id", "=", runId).execute();
    const restarted = await openNode({ database, server }, { alone: true });
    expect(await getRun(core, mira, { runId })).toMatchObject({ status: "interrupted", text: "Bl" });
    expect(await chooseVariant(restarted.core, mira, { runId: firstRun })).toMatchObject({ content: "Green.", status: "sent" });
    await restarted.core.close();
  });

  test("that fail or are stopped say so in its place, and the words before can be had back", async () => {
    const { mira, answer, firstRun, ear } = await answered();
    server.script(refuses(401), hangs(), stallsAfter("Bl"));
    const regenerate = () => regenerateAnswer(core, mira, { messageId: answer.id });
    await regenerate();
    expect(await ear.end(2)).toMatchObject({ type: "run.failed", code: "AI_MISCONFIGURED", message: { id: answer.id, content: "", status: "failed" } });
    const second = await regenerate();
    await server.request(3);
    await stopRun(core, mira, { runId: second.id });
    expect(await ear.end(3)).toMatchObject({ type: "run.stopped", message: { id: answer.id, content: "", status: "stopped" } });
    const third = await regenerate();
    await ear.until(() => ear.wordsOf(third.id) !== "");
    await stopRun(core, mira, { runId: third.id });
    expect((await ear.end(4)).message).toMatchObject({ content: "Bl", status: "stopped", run: { stoppedBy: mira.user.id } });
    expect(await chooseVariant(core, mira, { runId: firstRun })).toMatchObject({ content: "Green.", status: "sent" });
    expect(await chooseVariant(core, mira, { runId: third.id })).toMatchObject({ content: "Bl", status: "stopped" });
  });

  test("in a thread stay there, and count once at its root", async () => {
    const { roomId, mira, tomas, ear, says: say } = await setTable(core, "room");
    server.script(says(["Green."]), says(["Black."]));
    const root = await say(tomas, "Tea");
    const { username } = await core.db.selectFrom("users").innerJoin("assistants", "assistants.user_id", "users.id").select("username").executeTakeFirstOrThrow();
    await postMessage(core, tomas, { roomId, clientId: newId(), content: `@${username} which?`, type: "text", threadRootId: root.id });
    const { message } = await ear.end(1);
    await regenerateAnswer(core, mira, { messageId: message.id });
    await ear.end(2);
    expect((await listMessages(core, mira, { roomId })).items).toMatchObject([{ id: root.id, threadCount: 2 }]);
    expect((await listMessages(core, mira, { roomId, threadRootId: root.id })).items).toMatchObject([{}, { content: "Black." }]);
  });

  test("are told from a backlog as they are now", async () => {
    const { roomId, firstRun, answer, mira, question } = await answeredTwice();
    await chooseVariant(core, mira, { runId: firstRun });
    const events = await loadEvents(core.db, roomId, question.seq, 100);
    expect(events.map(({ type }) => type)).toEqual(["run.started", "run.completed", "run.started", "run.completed", "variant.chosen"]);
    for (const event of events) expect(event).toMatchObject({ message: { id: answer.id, content: "Green." } });
  });

  test("go with it when it is deleted, words and all; what still waits is asked of nobody", async () => {
    const { mira, roomId, answer, firstRun, secondRun } = await answeredTwice();
    await core.runs.close();
    const waiting = await regenerateAnswer(core, mira, { messageId: answer.id });
    await expect(chooseVariant(core, mira, { runId: waiting.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await stopRun(core, mira, { runId: waiting.id });
    await expect(chooseVariant(core, mira, { runId: waiting.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const another = await regenerateAnswer(core, mira, { messageId: answer.id });
    await deleteMessage(core, mira, { messageId: answer.id });
    expect(await core.db.selectFrom("assistant_runs").select("text").where("room_id", "=", roomId).distinct().execute()).toEqual([{ text: "" }]);
    for (const runId of [firstRun, secondRun]) await expect(chooseVariant(core, mira, { runId })).rejects.toMatchObject({ code: "MESSAGE_NOT_FOUND" });
    const other = await openNode({ database, server });
    await expect.poll(async () => (await getRun(other.core, mira, { runId: another.id })).status).toBe("stopped");
    await other.core.close();
    expect(server.requests).toHaveLength(2);
  });

  test("are not for outsiders, nor for those who may not post, nor of what is no answer", async () => {
    const { mira, tomas, wen, quill, roomId, question, answer, firstRun } = await answeredTwice();
    await expect(regenerateAnswer(core, wen, { messageId: answer.id })).rejects.toMatchObject({ code: "MESSAGE_NOT_FOUND" });
    await expect(chooseVariant(core, wen, { runId: firstRun })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(regenerateAnswer(core, mira, { messageId: question.id })).rejects.toMatchObject({ code: "CONFLICT", details: { reason: "NO_ANSWER" } });
    await updateRoom(core, mira, { roomId, settings: { whoCanPost: "admins" } });
    await expect(regenerateAnswer(core, tomas, { messageId: answer.id })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await expect(chooseVariant(core, tomas, { runId: firstRun })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await core.db.deleteFrom("room_members").where("room_id", "=", roomId).where("user_id", "=", quill).execute();
    await expect(regenerateAnswer(core, mira, { messageId: answer.id })).rejects.toMatchObject({ code: "NOT_FOUND", details: { assistantId: quill } });
    await deleteMessage(core, mira, { messageId: question.id });
    await expect(regenerateAnswer(core, mira, { messageId: answer.id })).rejects.toMatchObject({ code: "MESSAGE_NOT_FOUND", details: { messageId: question.id } });
  });

  test("can't be chosen while the answer is being written", async () => {
    const { mira, answer, firstRun, ear } = await answered();
    server.script(hangs());
    const run = await regenerateAnswer(core, mira, { messageId: answer.id });
    await ear.start(2);
    await expect(chooseVariant(core, mira, { runId: firstRun })).rejects.toMatchObject({ code: "CONFLICT", details: { reason: "STREAMING" } });
    await stopRun(core, mira, { runId: run.id });
    await ear.end(2);
  });
});
