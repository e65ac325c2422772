import type { Database } from "@tertulia/db/open";
import { openTestDatabase, silentLog, testDatabases } from "@tertulia/db/testing/open-test-database";
import { MemoryBus } from "@tertulia/events/memory-bus";
import { breaksOffAfter, hangs, refuses, says, saysWhenTold, stallsAfter, talks } from "@tertulia/testing/model-server/scripts";
import { type ModelServer, startModelServer } from "@tertulia/testing/model-server/start-model-server";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openNode, setTable } from "../../test/assistant-room.ts";
import type { Core } from "../core.ts";
import { listMessages } from "../messages/list-messages.ts";
import { postMessage } from "../messages/post-message.ts";
import { loadPosition } from "../reads/load-position.ts";
import { deleteRoom } from "../rooms/delete-room.ts";
import { restoreRoom } from "../rooms/restore-room.ts";
import { endRun } from "./end-run.ts";
import { ensureDefaultAssistant } from "./ensure-default-assistant.ts";
import { getRun } from "./get-run.ts";
import { invokeAssistant } from "./invoke-assistant.ts";
import { stopRun } from "./stop-run.ts";

describe.each(testDatabases())("runs on %s", (kind) => {
  let database: Database;
  let server: ModelServer;
  let core: Core;
  let clock: MovableClock;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    // Two nodes may start at the same time.
    await Promise.all([ensureDefaultAssistant(database), ensureDefaultAssistant(database)]);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    server = await startModelServer();
    ({ core, clock } = await openNode({ database, server }));
    return async () => {
      await core.close();
      await server.close();
    };
  });

  describe("an answer", () => {
    test("has its place in the timeline before its first word, and reaches everyone piece by piece", async () => {
      const { roomId, tomas, quill, ear, says: say } = await setTable(core);
      const telling = saysWhenTold(["Tea", " is", " ready."]);
      server.script(telling.script);
      const question = await say(tomas, "Tea?");

      const started = await ear.start(1);
      expect(started).toMatchObject({ roomId, seq: question.seq + 1, assistantId: quill, triggerMessageId: question.id });
      expect(started.message).toMatchObject({ author: { id: quill, kind: "assistant" }, role: "assistant", status: "streaming", content: "", run: { status: "running" } });

      await telling.next();
      await ear.until(() => ear.wordsOf(started.runId) === "Tea");
      await telling.next();
      await telling.next();
      telling.finish();
      const end = await ear.end(1);
      expect(ear.wordsOf(started.runId)).toBe("Tea is ready.");
      expect(ear.deltasOf(started.runId).map(({ offset }) => offset)).toEqual(offsetsOf(ear.deltasOf(started.runId)));
      expect(end).toMatchObject({ type: "run.completed", seq: question.seq + 2, message: { id: started.messageId, content: "Tea is ready.", status: "sent", run: { status: "completed" } } });
    });

    test("finished while tomas was away is unread from its end, not from its beginning", async () => {
      const { tomas, ear, says: say } = await setTable(core);
      server.script(says(["Here."], { usage: { prompt_tokens: 7, completion_tokens: 2 } }));
      await say(tomas, "Tea?");
      const end = await ear.end(1);
      expect(end).toMatchObject({ type: "run.completed", usage: { inputTokens: 7, outputTokens: 2 } });
      const row = await core.db.selectFrom("messages").select(["seq", "unread_seq"]).where("id", "=", end.message.id).executeTakeFirstOrThrow();
      expect(row).toEqual({ seq: end.seq - 1, unread_seq: end.seq });
    });

    test("to a question in a thread stands in the thread: counted at its root, and nothing unread in the room", async () => {
      const { roomId, mira, tomas, ear, says: say } = await setTable(core, "room");
      server.script(says(["In the pot."]));
      const root = await say(tomas, "Tea");
      const { username } = await core.db.selectFrom("users").innerJoin("assistants", "assistants.user_id", "users.id").select("username").executeTakeFirstOrThrow();
      const question = await postMessage(core, tomas, { roomId, clientId: newId(), content: `@${username} where?`, type: "text", threadRootId: root.id });
      const end = await ear.end(1);
      expect(ear.started).toMatchObject([{ seq: question.seq + 1, message: { threadRootId: root.id }, thread: { rootId: root.id, count: 2 } }]);
      expect(end).toMatchObject({ type: "run.completed", message: { content: "In the pot.", threadRootId: root.id } });
      expect((await listMessages(core, mira, { roomId })).items).toMatchObject([{ id: root.id, threadCount: 2 }]);
      expect((await listMessages(core, tomas, { roomId, threadRootId: root.id })).items).toMatchObject([{ id: question.id }, { id: end.message.id }]);
      expect(await loadPosition(core.db, roomId, mira.user.id)).toMatchObject({ unread: 1 });
      expect(await core.db.selectFrom("messages").select("unread_seq").where("id", "=", end.message.id).executeTakeFirst()).toEqual({ unread_seq: null });
    });

    test("[A32] is seen whole by someone who comes in the middle, and goes on from there", async () => {
      const { roomId, tomas, ear, says: say } = await setTable(core);
      const telling = saysWhenTold(["Once", " upon", " a time"]);
      server.script(telling.script);
      await say(tomas, "A story?");
      const { runId, messageId } = await ear.start(1);
      await telling.next();
      await ear.until(() => ear.wordsOf(runId) === "Once");
      await telling.next();

      // " upon" waits for its 50 ms: whoever comes now is told what everyone was told, and hears it with everyone.
      const [whole] = await core.runs.liveRuns(roomId);
      expect(whole).toEqual({ runId, messageId, offset: 0, text: "Once" });
      expect((await getRun(core, tomas, { runId })).text).toBe("Once");
      const heardBefore = ear.deltasOf(runId).length;
      await telling.next();
      telling.finish();
      await ear.end(1);
      const rest = ear.deltasOf(runId).slice(heardBefore);
      expect(rest[0]?.offset).toBe("Once".length);
      expect(whole?.text + rest.map(({ text }) => text).join("")).toBe("Once upon a time");
      expect(await core.runs.liveRuns(roomId)).toEqual([]);
      expect((await getRun(core, tomas, { runId })).text).toBe("Once upon a time");
    });

    test("[A33] is saved once a second, so that another node and a restart find its words", async () => {
      const { tomas, ear, says: say } = await setTable(core);
      const telling = saysWhenTold(["Once", " upon"]);
      server.script(telling.script);
      await say(tomas, "A story?");
      const { runId } = await ear.start(1);
      await telling.next();
      await ear.until(() => ear.wordsOf(runId) === "Once");
      expect(await savedText(runId)).toBe("");
      await nextBeat(runId);
      expect(await savedText(runId)).toBe("Once");
      telling.finish();
      await ear.end(1);
      expect(await savedText(runId)).toBe("");
    });

    test("keeps every character of a Chinese answer", async () => {
      const { mira, ear, says: say } = await setTable(core);
      server.script(talks(0));
      await say(mira, "茶备好了吗？");
      const end = await ear.end(1);
      expect(end.message.content).toContain("很乐意一起想想");
      expect(ear.wordsOf(end.message.run?.id ?? "")).toBe(end.message.content);
    });

    test("in a room comes when mentioned, and only then", async () => {
      const { mira, tomas, ear, says: say } = await setTable(core, "room");
      await say(mira, "Tea, anyone?");
      server.script(says(["Me."]));
      const question = await say(tomas, "@quill tea?");
      expect((await ear.end(1)).message.run?.triggerMessageId).toBe(question.id);
      expect(server.requests).toHaveLength(1);
    });
  });

  describe("what an assistant is told", () => {
    test("is who said what up to the question, without what was deleted or said elsewhere", async () => {
      const elsewhere = await setTable(core, "room");
      await elsewhere.says(elsewhere.mira, "A secret of another room");
      const { mira, tomas, ear, says: say } = await setTable(core, "room");
      await say(mira, "The kettle is red.");
      const regretted = await say(tomas, "I regret this.");
      await core.db.updateTable("messages").set({ deleted_at: new Date() }).where("id", "=", regretted.id).execute();
      server.script(says(["Red."]));
      await say(tomas, "@quill what colour is the kettle?");
      await ear.end(1);
      const { messages } = await server.request(1);
      expect(messages[0]).toMatchObject({ role: "system", content: expect.stringContaining("You are Quill") });
      expect(messages.slice(1)).toEqual([{ role: "user", content: "Mira: The kettle is red.\n\nTomas: @quill what colour is the kettle?" }]);
    });

    test("has each answer behind its question, and the question last", async () => {
      const { mira, tomas, says: say } = await setTable(core);
      await core.runs.close();
      await say(mira, "First?");
      await say(tomas, "Second?");
      // Both stand in the timeline before the first answer does.
      server.script(says(["One."]), says(["Two."]));
      const other = await openNode({ database, server });
      await server.request(2);
      await other.core.close();
      expect((await server.request(2)).messages.slice(1)).toEqual([
        { role: "user", content: "Mira: First?" },
        { role: "assistant", content: "One." },
        { role: "user", content: "Tomas: Second?" },
      ]);
    });

    test("fits its budget: of long talk the newest, and the question always", async () => {
      const { mira, ear, says: say } = await setTable(core, "room");
      for (const letter of ["a", "b", "c"]) await say(mira, letter.repeat(9_000));
      server.script(says(["Long."]));
      await say(mira, `@quill ${"?".repeat(9_000)}`);
      await ear.end(1);
      const told = (await server.request(1)).messages.at(-1)?.content ?? "";
      expect(told).toContain("ccc");
      expect(told).not.toContain("bbb");
      expect(told).toContain("???");
    });
  });

  describe("a stop", () => {
    test("[A34] by whoever asked ends the answer, keeps its words, and closes the provider's connection", async () => {
      const { tomas, ear, says: say } = await setTable(core);
      server.script(stallsAfter("Once upon"));
      await say(tomas, "A story?");
      const { runId } = await ear.start(1);
      await ear.until(() => ear.wordsOf(runId) !== "");
      await stopRun(core, tomas, { runId });
      const end = await ear.end(1);
      expect(end).toMatchObject({ type: "run.stopped", stoppedBy: tomas.user.id, message: { status: "stopped" } });
      expect(end.message.content).toBe("Once upon");
      expect(await (await server.request(1)).closed).toBe("aborted");
    });

    test("[A34] on another node ends the answer where it is written, by its ring alone, and closes the provider's connection there", async () => {
      // Their clocks stand still, so that no save finds the stop, and the provider is waited for as long as it likes.
      const patience = { gapMs: 3_600_000, wholeMs: 3_600_000 };
      const bus = new MemoryBus({ clock, log: silentLog });
      const [writing, other] = [await openNode({ database, server, bus }, patience), await openNode({ database, server, bus }, patience)];
      const { tomas, ear, says: say } = await setTable(writing.core);
      server.script(stallsAfter("Once upon"));
      await say(tomas, "A story?");
      const { runId } = await ear.start(1);
      await ear.until(() => ear.wordsOf(runId) !== "");
      await stopRun(other.core, tomas, { runId });
      expect(await ear.end(1)).toMatchObject({ type: "run.stopped", stoppedBy: tomas.user.id, message: { content: "Once upon" } });
      expect(await (await server.request(1)).closed).toBe("aborted");
      for (const node of [writing, other]) await node.core.close();
    });

    test("[A34] before the first word leaves nothing unread", async () => {
      const { mira, tomas, ear, says: say } = await setTable(core);
      server.script(hangs());
      await say(tomas, "A story?");
      const { runId, messageId } = await ear.start(1);
      await server.request(1);
      await stopRun(core, mira, { runId });
      expect(await ear.end(1)).toMatchObject({ type: "run.stopped", stoppedBy: mira.user.id, message: { content: "" } });
      const row = await core.db.selectFrom("messages").select("unread_seq").where("id", "=", messageId).executeTakeFirstOrThrow();
      expect(row.unread_seq).toBeNull();
    });

    test("[A34] is for who asked and the room's owner; for others there is no such right, and for outsiders no such run", async () => {
      const { mira, tomas, wen, ear, says: say } = await setTable(core);
      server.script(hangs());
      await say(mira, "A story?");
      const { runId } = await ear.start(1);
      await expect(stopRun(core, tomas, { runId })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
      await expect(stopRun(core, wen, { runId })).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(getRun(core, wen, { runId })).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(stopRun(core, mira, { runId: newId() })).rejects.toMatchObject({ code: "NOT_FOUND" });
      await stopRun(core, mira, { runId });
      await ear.end(1);
      await expect(stopRun(core, mira, { runId })).resolves.toBeUndefined();
    });

    test("[A34] whose ring is lost on the bus is found with the next save", async () => {
      const { tomas, ear, says: say } = await setTable(core);
      server.script(hangs());
      await say(tomas, "A story?");
      const { runId } = await ear.start(1);
      await server.request(1);
      await core.db.updateTable("assistant_runs").set({ stopped_by: tomas.user.id }).where("id", "=", runId).execute();
      clock.move(1_000);
      expect(await ear.end(1)).toMatchObject({ type: "run.stopped", stoppedBy: tomas.user.id });
    });

    test("of an answer still waiting takes it out of the line", async () => {
      const { mira, tomas, ear, says: say } = await setTable(core);
      const first = saysWhenTold(["One."]);
      server.script(first.script);
      await say(mira, "First?");
      await ear.start(1);
      const second = await say(tomas, "Second?");
      await stopRun(core, tomas, { runId: await runOf(second.id) });
      first.finish();
      await ear.end(1);
      await core.close();
      expect(server.requests).toHaveLength(1);
      expect(await statusOf(second.id)).toBe("stopped");
    });
  });

  describe("a failure", () => {
    test("[A30] before the first word is shown in the room with its cause, and a retry answers", async () => {
      const { roomId, tomas, quill, ear, says: say } = await setTable(core);
      server.script(refuses(401), says(["Here I am."]));
      const question = await say(tomas, "Tea?");
      const end = await ear.end(1);
      expect(end).toMatchObject({ type: "run.failed", code: "AI_MISCONFIGURED", retryable: true, message: { status: "failed", content: "", run: { code: "AI_MISCONFIGURED" } } });

      const again = await invokeAssistant(core, tomas, { roomId, assistantId: quill, messageId: end.message.id });
      expect(again).toMatchObject({ status: "queued", triggerMessageId: question.id });
      expect(await ear.end(2)).toMatchObject({ type: "run.completed", message: { content: "Here I am." } });
    });

    test("[A29] after some words interrupts the answer and keeps them", async () => {
      const impatient = await openNode({ database, server }, { gapMs: 50 });
      const { tomas, ear, says: say } = await setTable(impatient.core);
      server.script(breaksOffAfter("Once", " upon"), stallsAfter("There", " was"));
      await say(tomas, "A story?");
      expect(await ear.end(1)).toMatchObject({ type: "run.failed", code: "AI_FAILED", message: { status: "interrupted", content: "Once upon", run: { status: "interrupted" } } });
      await say(tomas, "Another?");
      expect(await ear.end(2)).toMatchObject({ type: "run.failed", code: "AI_TIMEOUT", message: { status: "interrupted", content: "There was" } });
      await impatient.core.close();
    });

    test("[A31] is also an answer that finds no end: it is broken off, and the provider's connection closed", async () => {
      const { tomas, ear, says: say } = await setTable(core);
      server.script(stallsAfter("汉".repeat(100_001)));
      await say(tomas, "A story?");
      expect(await ear.end(1)).toMatchObject({ type: "run.failed", code: "AI_FAILED", message: { status: "interrupted" } });
      expect(await (await server.request(1)).closed).toBe("aborted");
    });

    test("of one answer doesn't hold up the next", async () => {
      const { mira, tomas, ear, says: say } = await setTable(core);
      server.script(refuses(500), says(["Two."]));
      await Promise.all([say(mira, "First?"), say(tomas, "Second?")]);
      await ear.end(2);
      expect(ear.ends.map(({ type }) => type)).toEqual(["run.failed", "run.completed"]);
    });
  });

  describe("an answer whose node is gone", () => {
    test("[A33] is interrupted by another node once its lease is over, with the words last saved, and for good", async () => {
      const { tomas, ear, says: say } = await setTable(core);
      const telling = saysWhenTold(["Once", " upon"]);
      server.script(telling.script);
      await say(tomas, "A story?");
      const { runId } = await ear.start(1);
      await telling.next();
      await nextBeat(runId);
      await core.db.updateTable("assistant_runs").set({ lease_until: new Date(0) }).where("id", "=", runId).execute();

      const other = await openNode({ database, server });
      expect(await statusOfRun(runId)).toBe("interrupted");
      telling.finish();
      await server.request(1).then(({ closed }) => closed);
      await core.close();
      await other.core.close();
      const ends = await core.db.selectFrom("room_events").select(["kind", "data"]).where("subject_id", "=", ear.started[0]?.messageId ?? "").orderBy("seq").execute();
      expect(ends.map((event) => event.kind)).toEqual(["run.started", "run.failed"]);
      const message = await core.db.selectFrom("messages").select(["content", "status"]).where("id", "=", ear.started[0]?.messageId ?? "").executeTakeFirstOrThrow();
      expect(message).toEqual({ content: "Once", status: "interrupted" });
      expect(await getRun(core, tomas, { runId })).toMatchObject({ status: "interrupted", retryable: true, code: null, text: "Once" });
    });

    test("[A33] is not ended by one who found it late: its lease counts when it is ended", async () => {
      const { roomId, tomas, ear, says: say } = await setTable(core);
      server.script(hangs());
      await say(tomas, "A story?");
      const { runId } = await ear.start(1);
      const end = { status: "interrupted", code: null, retryable: true } as const;
      expect(await endRun(core, { id: runId, roomId }, "lapsed", end)).toBe(false);
      expect(await endRun(core, { id: runId, roomId }, { heldBy: newId() }, end)).toBe(false);
      expect(await statusOfRun(runId)).toBe("running");
    });

    test("[A33] is left alone while its lease is renewed", async () => {
      const { tomas, ear, says: say } = await setTable(core);
      server.script(hangs());
      await say(tomas, "A story?");
      const { runId } = await ear.start(1);
      const other = await openNode({ database, server });
      other.clock.move(10_000);
      await other.core.close();
      expect(await statusOfRun(runId)).toBe("running");
    });

    test("[A33] is interrupted at once by a process that is alone with its database", async () => {
      const { tomas, ear, says: say } = await setTable(core);
      server.script(hangs());
      await say(tomas, "A story?");
      const { runId } = await ear.start(1);
      const restarted = await openNode({ database, server }, { alone: true });
      expect(await statusOfRun(runId)).toBe("interrupted");
      await restarted.core.close();
    });

    test("[A33] counts as stopped if somebody has pressed stop in the meantime", async () => {
      const { tomas, ear, says: say } = await setTable(core);
      server.script(hangs());
      await say(tomas, "A story?");
      const { runId } = await ear.start(1);
      await nextBeat(runId);
      await core.db.updateTable("assistant_runs").set({ stopped_by: tomas.user.id }).where("id", "=", runId).execute();
      const restarted = await openNode({ database, server }, { alone: true });
      expect(await getRun(core, tomas, { runId })).toMatchObject({ status: "stopped", stoppedBy: tomas.user.id });
      await restarted.core.close();
    });

    test("[A33] waits for another node if it had not begun", async () => {
      const { tomas, says: say } = await setTable(core);
      await core.runs.close();
      server.script(says(["Here."]));
      const question = await say(tomas, "Tea?");
      expect(await statusOf(question.id)).toBe("queued");
      const other = await openNode({ database, server });
      expect((await server.request(1)).question).toContain("Tea?");
      await other.core.close();
      expect(["completed", "interrupted"]).toContain(await statusOf(question.id));
    });

    test("[A37] because the server stops is interrupted with all its words before the server is gone", async () => {
      const { tomas, ear, says: say } = await setTable(core);
      server.script(stallsAfter("Once", " upon"));
      await say(tomas, "A story?");
      const { runId } = await ear.start(1);
      await ear.until(() => ear.wordsOf(runId) !== "");
      await core.close();
      expect(await getRun(core, tomas, { runId })).toMatchObject({ status: "interrupted", retryable: true, code: null });
      expect(ear.ends[0]).toMatchObject({ type: "run.failed", code: null, message: { content: ear.wordsOf(runId) } });
    });
  });

  describe("one question", () => {
    test("[A35] is answered once, however many nodes are told of it and however often", async () => {
      server.scriptFor("Question", says(["Yes."]));
      const bus = new MemoryBus({ clock, log: silentLog });
      const nodes = [await openNode({ database, server, bus }), await openNode({ database, server, bus })];
      const { roomId, mira, ear, says: say } = await setTable(nodes[0]?.core ?? core);
      const questions = await Promise.all(Array.from({ length: 20 }, (_, index) => say(mira, `Question ${index}?`)));
      for (let times = 0; times < 10; times++) for (const node of nodes) node.core.runs.wake(roomId);
      await ear.end(questions.length);
      for (const node of nodes) await node.core.close();
      expect(new Set(ear.ends.map(({ message }) => message.run?.triggerMessageId))).toEqual(new Set(questions.map(({ id }) => id)));
      expect(ear.ends).toHaveLength(questions.length);
      expect(server.requests).toHaveLength(questions.length);
    });

    test("[A35] asked again twice at once makes one more attempt", async () => {
      const { roomId, tomas, quill, ear, says: say } = await setTable(core);
      const second = saysWhenTold(["Two."]);
      server.script(says(["One."]), second.script);
      await say(tomas, "Tea?");
      await ear.end(1);
      const again = () => invokeAssistant(core, tomas, { roomId, assistantId: quill });
      const runs = await Promise.all([again(), again(), again()]);
      expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
      second.finish();
      expect((await ear.end(2)).message.content).toBe("Two.");
      expect(server.requests).toHaveLength(2);
    });

    test("is not asked of one who isn't in the room, nor by one who isn't, nor without a message", async () => {
      const { roomId, mira, tomas, wen, quill, says: say } = await setTable(core, "room");
      await expect(invokeAssistant(core, mira, { roomId, assistantId: quill })).rejects.toMatchObject({ code: "MESSAGE_NOT_FOUND" });
      const { id: messageId } = await say(mira, "Tea?");
      await expect(invokeAssistant(core, mira, { roomId, assistantId: tomas.user.id, messageId })).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(invokeAssistant(core, wen, { roomId, assistantId: quill, messageId })).rejects.toMatchObject({ code: "ROOM_NOT_FOUND" });
      const other = await setTable(core, "room");
      const foreign = await other.says(other.mira, "Elsewhere");
      await expect(invokeAssistant(core, mira, { roomId, assistantId: quill, messageId: foreign.id })).rejects.toMatchObject({ code: "MESSAGE_NOT_FOUND" });
      expect(server.requests).toHaveLength(0);
    });

    test("deleted while it waits, or whose assistant has left, is asked of nobody", async () => {
      const { roomId, mira, tomas, quill, ear, says: say } = await setTable(core);
      const first = saysWhenTold(["One."]);
      server.script(first.script);
      await say(mira, "First?");
      await ear.start(1);
      const regretted = await say(tomas, "Second?");
      await core.db.updateTable("messages").set({ deleted_at: new Date() }).where("id", "=", regretted.id).execute();
      first.finish();
      await ear.end(1);
      core.runs.wake(roomId);
      await core.db.deleteFrom("room_members").where("room_id", "=", roomId).where("user_id", "=", quill).execute();
      // Posted on facts from before it left.
      const late = await say(tomas, "Third?");
      while ((await statusOf(late.id)) === "queued");
      expect(await statusOf(late.id)).toBe("stopped");
      expect(await statusOf(regretted.id)).toBe("stopped");
      expect(server.requests).toHaveLength(1);
    });
  });

  describe("an answer nobody can see any more", () => {
    test("because it was deleted ends within a second, tells nobody, and leaves no words behind", async () => {
      const { tomas, ear, says: say } = await setTable(core);
      server.script(stallsAfter("A canary word"));
      await say(tomas, "A story?");
      const { runId, messageId } = await ear.start(1);
      await ear.until(() => ear.wordsOf(runId) !== "");
      await core.db.updateTable("messages").set({ deleted_at: new Date(), content: "" }).where("id", "=", messageId).execute();
      clock.move(1_000);
      expect(await (await server.request(1)).closed).toBe("aborted");
      await core.close();
      expect(ear.ends).toEqual([]);
      expect(await savedText(runId)).toBe("");
      const message = await core.db.selectFrom("messages").select("content").where("id", "=", messageId).executeTakeFirstOrThrow();
      expect(message.content).toBe("");
    });

    test("because its room is gone ends within a second, and stands there broken off when the room is opened again", async () => {
      const { roomId, mira, tomas, ear, says: say } = await setTable(core);
      server.script(stallsAfter("Once"));
      await say(tomas, "A story?");
      const { runId } = await ear.start(1);
      await ear.until(() => ear.wordsOf(runId) !== "");
      await deleteRoom(core, mira, { roomId });
      clock.move(1_000);
      expect(await (await server.request(1)).closed).toBe("aborted");
      await core.close();
      expect(await statusOfRun(runId)).toBe("interrupted");
      await restoreRoom(core, mira, { roomId });
      const { items } = await listMessages(core, tomas, { roomId, limit: 10 });
      expect(items.at(-1)).toMatchObject({ content: "Once", status: "interrupted", run: { id: runId, status: "interrupted", retryable: true } });
      // Who opens it before the answer has ended hears of that.
      expect(ear.ends).toMatchObject([{ type: "run.failed", message: { run: { id: runId } } }]);
    });
  });

  test("the server's first assistant is made once, and has nothing to sign in with", async () => {
    await ensureDefaultAssistant(core);
    const assistants = await core.db.selectFrom("users").innerJoin("assistants", "assistants.user_id", "users.id").selectAll("users").execute();
    expect(assistants).toMatchObject([{ kind: "assistant", username: "quill", display_name: "Quill", email: null, password_hash: null }]);
  });

  const savedText = async (runId: string) => (await runRow(runId)).text;
  const statusOfRun = async (runId: string) => (await runRow(runId)).status;
  const runRow = (runId: string) => database.db.selectFrom("assistant_runs").selectAll().where("id", "=", runId).executeTakeFirstOrThrow();
  const latestRun = (questionId: string) =>
    database.db.selectFrom("assistant_runs").select(["id", "status"]).where("trigger_message_id", "=", questionId).orderBy("attempt", "desc").executeTakeFirstOrThrow();
  const runOf = async (questionId: string) => (await latestRun(questionId)).id;
  const statusOf = async (questionId: string) => (await latestRun(questionId)).status;

  /** Lets a second pass, and waits until the lease was renewed. */
  async function nextBeat(runId: string): Promise<void> {
    const lease = async () => (await runRow(runId)).lease_until?.getTime() ?? 0;
    // One may be on its way already, knowing nothing of what came since; the one after it knows.
    for (let beats = 0; beats < 2; beats++) {
      const before = await lease();
      do clock.move(1_000);
      while ((await lease()) <= before);
    }
  }
});

function offsetsOf(deltas: { text: string }[]): number[] {
  let offset = 0;
  return deltas.map(({ text }) => (offset += text.length) - text.length);
}
