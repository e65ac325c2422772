import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { RoomEvent } from "@tertulia/model/events";
import type { Message, PostMessage } from "@tertulia/model/messages";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, eventsIn, listenTo, person, refusalOf, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { loadEvents } from "../feed/load-events.ts";
import { getInbox } from "../inbox/get-inbox.ts";
import { loadPosition } from "../reads/load-position.ts";
import { markRead } from "../reads/mark-read.ts";
import { joinRoom } from "../rooms/join-room.ts";
import { leaveRoom } from "../rooms/leave-room.ts";
import { openRoom } from "../rooms/open-room.ts";
import { deleteMessage } from "./delete-message.ts";
import { editMessage } from "./edit-message.ts";
import { getMessage } from "./get-message.ts";
import { listMessages } from "./list-messages.ts";
import { postMessage } from "./post-message.ts";

describe.each(testDatabases())("threads on %s", (kind) => {
  let database: Database;
  let core: Core;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    ({ core } = await openTestCore(database));
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  const replies = (who: Actor, root: Message, content = "Yes", more: Partial<PostMessage> = {}) =>
    postMessage(core, who, { roomId: root.roomId, clientId: newId(), content, type: "text", threadRootId: root.id, ...more });
  const listThread = (who: Actor, { roomId, id: threadRootId }: Message, more = {}) => listMessages(core, who, { roomId, threadRootId, ...more });
  const mentionsOf = async (who: Actor, roomId: Id) => (await loadPosition(core.db, roomId, who.user.id))?.mentions;

  test("a reply has a seq of the room and its thread's root, is told to the room with the root's count, and is the same message everywhere", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const root = await say(core, mira, roomId, "Which tea?");
    const heard = await listenTo(core, "room", roomId);
    const [first, second] = [await replies(tomas, root), await replies(mira, root, "The green one", { replyToId: root.id })];
    expect(first).toMatchObject({ seq: root.seq + 1, threadRootId: root.id, threadCount: 0 });
    expect(second).toMatchObject({ seq: root.seq + 2, threadRootId: root.id, replyTo: { id: root.id } });
    expect(eventsIn(heard)).toMatchObject([{ type: "message.posted", message: first, thread: { rootId: root.id, count: 1 } }, { message: second, thread: { rootId: root.id, count: 2 } }]);
    expect(await getMessage(core, mira, { messageId: second.id })).toEqual(second);
    expect((await getMessage(core, mira, { messageId: root.id })).threadCount).toBe(2);
  });

  test("a backlog tells of each reply with the count as it is now, so that it and what was heard live end alike", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const root = await say(core, mira, roomId);
    const heard = await listenTo(core, "room", roomId);
    const gone = await replies(tomas, root);
    await replies(tomas, root);
    await deleteMessage(core, tomas, { messageId: gone.id });
    const counts = (events: RoomEvent[]) => events.flatMap((event) => ("thread" in event ? [event.thread] : []));
    expect(counts(eventsIn(heard))).toEqual([1, 2, 1].map((count) => ({ rootId: root.id, count })));
    expect(counts(await loadEvents(core.db, roomId, root.seq, 10))).toEqual([1, 1, 1].map((count) => ({ rootId: root.id, count })));
  });

  test("replies stand in their thread and neither in the room's page nor in its newest words nor in its unread", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const [root, other] = [await say(core, mira, roomId, "Which tea?"), await say(core, mira, roomId, "And when?")];
    const [first, second] = [await replies(tomas, root, "Green"), await replies(tomas, root, "Or black")];
    expect((await listThread(mira, root)).items).toEqual([first, second]);
    expect(await listThread(mira, other)).toMatchObject({ items: [], hasBefore: false });
    for (const { items } of [await listMessages(core, mira, { roomId }), (await openRoom(core, mira, { roomId })).messages]) {
      expect(items.map(({ content, threadCount }) => [content, threadCount])).toEqual([["Which tea?", 2], ["And when?", 0]]);
    }
    // One for Tomas's coming; what he says himself is none of hers in the room.
    expect((await getInbox(core, mira)).items).toMatchObject([{ last: { excerpt: "And when?" }, unread: 0, headSeq: second.seq }]);
  });

  test("a thread is read page by page, like a room", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const root = await say(core, mira, roomId);
    for (let number = 1; number <= 5; number++) {
      await replies(tomas, root, `${number}`);
      await say(core, tomas, roomId, "between");
    }
    const numbers = ({ items }: { items: Message[] }) => items.map(({ content }) => Number(content));
    const newest = await listThread(mira, root, { limit: 2 });
    expect([numbers(newest), newest.hasBefore, newest.hasAfter]).toEqual([[4, 5], true, false]);
    const before = await listThread(mira, root, { limit: 2, before: newest.items[0]?.seq });
    expect([numbers(before), before.hasBefore, before.hasAfter]).toEqual([[2, 3], true, true]);
    expect(await listThread(mira, root, { limit: 4, after: root.seq }).then(numbers)).toEqual([1, 2, 3, 4]);
    expect(await listThread(mira, root, { limit: 3, around: before.items[1]?.seq }).then(numbers)).toEqual([2, 3, 4]);
  });

  test("the root must be a message of the same room, there, and no reply itself", async () => {
    const { mira, roomId } = await castIn(core);
    const elsewhere = await castIn(core);
    const root = await say(core, mira, roomId);
    const secret = await say(core, elsewhere.mira, elsewhere.roomId, "For us alone");
    const reply = await replies(mira, root);
    const gone = await say(core, mira, roomId);
    await deleteMessage(core, mira, { messageId: gone.id });
    for (const threadRootId of [secret.id, reply.id, gone.id, newId()]) {
      expect(await refusalOf(replies(mira, root, "What?", { threadRootId }))).toMatchObject({ code: "MESSAGE_NOT_FOUND", details: { messageId: threadRootId } });
    }
    for (const threadRootId of [secret.id, reply.id, newId()]) {
      expect(await refusalOf(listMessages(core, mira, { roomId, threadRootId }))).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
      expect(await refusalOf(markRead(core, mira, { roomId, threadRootId, seq: 1 }))).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
    }
    expect((await listMessages(core, mira, { roomId })).headSeq).toBe(gone.seq + 1);
  });

  test("of a deleted root the thread can still be read, but nobody replies in it any more", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const root = await say(core, mira, roomId);
    const reply = await replies(tomas, root);
    await deleteMessage(core, mira, { messageId: root.id });
    expect((await listThread(mira, root)).items).toEqual([reply]);
    expect((await listMessages(core, mira, { roomId })).items).toMatchObject([{ id: root.id, content: "", threadCount: 1 }]);
    expect(await refusalOf(replies(tomas, root))).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
  });

  test("replies come while others go, and the count is that of those left", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const root = await say(core, mira, roomId);
    await Promise.all(
      Array.from({ length: 20 }, async (_, number) => {
        const { id: messageId } = await replies(number % 2 ? mira : tomas, root, `${number}`);
        if (number % 3 === 0) await deleteMessage(core, mira, { messageId });
      }),
    );
    const left = (await listThread(mira, root)).items.filter(({ deletedAt }) => deletedAt === null);
    expect(left).toHaveLength(13);
    expect((await getMessage(core, mira, { messageId: root.id })).threadCount).toBe(13);
  });

  test("[M3] a replay of a reply is the first one; in another thread or in none it is other content", async () => {
    const { mira, roomId } = await castIn(core);
    const [root, other] = [await say(core, mira, roomId), await say(core, mira, roomId)];
    const first = await replies(mira, root, "Yes", { clientId: "yes" });
    expect(await replies(mira, root, "Yes", { clientId: "yes" })).toEqual(first);
    for (const threadRootId of [other.id, undefined]) {
      expect(await refusalOf(replies(mira, root, "Yes", { clientId: "yes", threadRootId }))).toMatchObject({ code: "CONFLICT", details: { reason: "DIFFERENT_CONTENT" } });
    }
  });

  test("[M3] what was posted before there were threads is still known by the same words", async () => {
    const { mira, roomId } = await castIn(core);
    const { id } = await say(core, mira, roomId, "Tea?");
    const { client_hash } = await core.db.selectFrom("messages").select("client_hash").where("id", "=", id).executeTakeFirstOrThrow();
    // SHA-256 of ["Tea?","text",null,{}].
    expect(client_hash).toBe("2029536b2eb5783383df80759fc0e9b654edf21588c3f0bd4d3c17204e0735d8");
  });

  test("outside the room a thread can't be read, marked or answered", async () => {
    const { mira, wen, roomId } = await castIn(core, { isPrivate: true });
    const root = await say(core, mira, roomId);
    await replies(mira, root);
    expect(await refusalOf(listThread(wen, root))).toMatchObject({ code: "ROOM_NOT_FOUND" });
    expect(await refusalOf(replies(wen, root))).toMatchObject({ code: "ROOM_NOT_FOUND" });
    expect(await refusalOf(markRead(core, wen, { roomId, threadRootId: root.id, seq: 1 }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
  });

  describe("reading", () => {
    test("a thread moves a place of its own: forward, never back, never past what is there; the room's stays", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const root = await say(core, mira, roomId);
      const [one, two, three] = [await replies(tomas, root), await replies(tomas, root), await replies(tomas, root)];
      const mark = (seq: number) => markRead(core, mira, { roomId, threadRootId: root.id, seq });
      const before = await loadPosition(core.db, roomId, mira.user.id);
      expect((await listThread(mira, root)).thread).toEqual({ rootId: root.id, unread: 3, lastReadSeq: root.seq });
      expect(await mark(two.seq)).toEqual({ ...before, thread: { rootId: root.id, unread: 1, lastReadSeq: two.seq } });
      expect((await mark(one.seq)).thread).toEqual({ rootId: root.id, unread: 1, lastReadSeq: two.seq });
      expect((await mark(Number.MAX_SAFE_INTEGER)).thread).toEqual({ rootId: root.id, unread: 0, lastReadSeq: three.seq });
      expect(await loadPosition(core.db, roomId, mira.user.id)).toEqual(before);
    });

    test("tells my other devices where something moved, and the room nothing", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const root = await say(core, mira, roomId);
      const { seq } = await replies(tomas, root);
      const [heard, told] = [await listenTo(core, "room", roomId), await listenTo(core, "user", mira.user.id)];
      for (const at of [seq, seq, seq - 1]) await markRead(core, mira, { roomId, threadRootId: root.id, seq: at });
      expect(told).toMatchObject([{ kind: "position", position: { thread: { rootId: root.id, unread: 0, lastReadSeq: seq } } }]);
      expect(heard).toEqual([]);
    });

    test("is for those in the thread: who began it, spoke in it or was mentioned; for others nothing in it is unread", async () => {
      const { mira, tomas, wen, roomId } = await castIn(core);
      await joinRoom(core, wen, { roomId });
      const lin = await person(core, "lin");
      await joinRoom(core, lin, { roomId });
      const root = await say(core, mira, roomId);
      await replies(tomas, root, "First");
      const { seq } = await replies(tomas, root, `@${wen.user.username}`);
      const unreadFor = async (who: Actor) => (await listThread(who, root)).thread?.unread;
      expect(await Promise.all([mira, tomas, wen, lin].map(unreadFor))).toEqual([2, 0, 1, 0]);
      expect((await markRead(core, lin, { roomId, threadRootId: root.id, seq })).thread).toEqual({ rootId: root.id, unread: 0, lastReadSeq: 0 });
    });

    test("who leaves the room leaves its threads, and comes back to nothing unread", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const root = await say(core, mira, roomId);
      await replies(mira, root, `@${tomas.user.username} one`);
      await leaveRoom(core, tomas, { roomId });
      await replies(mira, root, "two");
      await joinRoom(core, tomas, { roomId });
      expect((await listThread(tomas, root)).thread).toMatchObject({ unread: 0 });
      expect(await mentionsOf(tomas, roomId)).toBe(0);
      await replies(mira, root, `@${tomas.user.username} three`);
      expect((await listThread(tomas, root)).thread).toMatchObject({ unread: 1 });
      expect(await mentionsOf(tomas, roomId)).toBe(1);
    });
  });

  describe("a mention in a thread", () => {
    test("counts in the room, though the room is read, until the thread is", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const root = await say(core, mira, roomId);
      const { seq } = await replies(mira, root, `@${tomas.user.username}`);
      expect((await getInbox(core, tomas)).items).toMatchObject([{ unread: 1, mentions: 1 }]);
      expect(await markRead(core, tomas, { roomId, seq })).toMatchObject({ unread: 0, mentions: 1 });
      expect(await markRead(core, tomas, { roomId, threadRootId: root.id, seq })).toMatchObject({ unread: 0, mentions: 0 });
    });

    test("goes with its words: when they are deleted, or edited to name someone else", async () => {
      const { mira, tomas, wen, roomId } = await castIn(core);
      await joinRoom(core, wen, { roomId });
      const root = await say(core, mira, roomId);
      const { id: messageId } = await replies(mira, root, `@${tomas.user.username}`);
      await editMessage(core, mira, { messageId, content: `@${wen.user.username}` });
      expect(await Promise.all([tomas, wen].map((who) => mentionsOf(who, roomId)))).toEqual([0, 1]);
      expect((await listThread(wen, root)).thread).toMatchObject({ unread: 1 });
      await deleteMessage(core, mira, { messageId });
      expect(await Promise.all([tomas, wen].map((who) => mentionsOf(who, roomId)))).toEqual([0, 0]);
    });

    test("by an edit is none for whom has read so far already", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const root = await say(core, mira, roomId);
      const reply = await replies(mira, root, "Yes");
      await replies(tomas, root, "Good");
      await editMessage(core, mira, { messageId: reply.id, content: `Yes @${tomas.user.username}` });
      expect(await mentionsOf(tomas, roomId)).toBe(0);
    });
  });
});
