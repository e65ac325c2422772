import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, person, refusalOf, say } from "../../test/cast.ts";
import { CutBus } from "../../test/cut-bus.ts";
import { listen, Listener } from "../../test/listener.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import { SlowDatabase } from "../../test/slow-database.ts";
import { change } from "../change.ts";
import type { Core } from "../core.ts";
import { addMember } from "../members/add-member.ts";
import { removeMember } from "../members/remove-member.ts";
import { deleteMessage } from "../messages/delete-message.ts";
import { editMessage } from "../messages/edit-message.ts";
import { markRead } from "../reads/mark-read.ts";
import { createRoom } from "../rooms/create-room.ts";
import { deleteRoom } from "../rooms/delete-room.ts";
import { leaveRoom } from "../rooms/leave-room.ts";
import { openRoom } from "../rooms/open-room.ts";
import { updateRoom } from "../rooms/update-room.ts";
import { startTyping } from "../typing/start-typing.ts";
import { follow } from "./follow.ts";
import { loadEvents } from "./load-events.ts";

describe.each(testDatabases())("following on %s", (kind) => {
  let database: Database;
  let core: Core;
  let clock: MovableClock;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    ({ core, clock } = await openTestCore(database));
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  describe("a room's messages", () => {
    test("come to every follower from where they were, and to nobody outside", async () => {
      const { mira, tomas, wen, roomId } = await castIn(core);
      const { headSeq } = await openRoom(core, tomas, { roomId });
      const missed = await say(core, mira, roomId, "Tea?");
      const tomasHears = await listen(core, tomas, { kind: "messages", roomId, after: headSeq });
      const live = await say(core, mira, roomId, "It's ready");
      await tomasHears.until(() => tomasHears.events.length === 2);
      expect(tomasHears.events).toMatchObject([{ seq: headSeq + 1, message: missed }, { seq: headSeq + 2, message: live }]);
      expect(await refusalOf(listen(core, wen, { kind: "messages", roomId, after: 0 }))).toMatchObject({ code: "PERMISSION_DENIED" });
    });

    test("[M4] written while many follow at once are heard by each from its own cursor, without a gap or a double", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const { headSeq } = await openRoom(core, mira, { roomId });
      const posts = Array.from({ length: 60 }, (_, n) => say(core, n % 2 ? mira : tomas, roomId, `${n}`));
      const listeners = await Promise.all(Array.from({ length: 10 }, (_, n) => listen(core, mira, { kind: "messages", roomId, after: n % 2 ? headSeq : 0 })));
      await Promise.all(posts);
      for (const [n, listener] of listeners.entries()) {
        const from = n % 2 ? headSeq : 0;
        const seqs = () => listener.events.map((event) => ("seq" in event ? event.seq : -1));
        await listener.until(() => seqs().length >= headSeq + 60 - from);
        expect(seqs()).toEqual(Array.from({ length: headSeq + 60 - from }, (_, index) => from + 1 + index));
      }
    });

    test("a message edited or deleted since comes as it is now", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const { headSeq } = await openRoom(core, tomas, { roomId });
      const edited = await say(core, mira, roomId, "Tee?");
      const deleted = await say(core, mira, roomId, "A secret");
      await editMessage(core, mira, { messageId: edited.id, content: "Tea?" });
      await deleteMessage(core, mira, { messageId: deleted.id });
      const hears = await listen(core, tomas, { kind: "messages", roomId, after: headSeq });
      expect(hears.events.map((event) => ("message" in event ? event.message.content : event.type))).toEqual(["Tea?", "", "Tea?", "message.deleted"]);
      expect(JSON.stringify(hears.batches)).not.toContain("A secret");
    });

    test("[B38] end with the event of one's own removal, also for what is only followed by the way", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const messages = await listen(core, tomas, { kind: "messages", roomId, after: null });
      const typing = await listen(core, tomas, { kind: "typing", roomId });
      await removeMember(core, mira, { roomId, userId: tomas.user.id });
      await messages.until(() => messages.end !== null);
      expect(typing.end).toBe("left");
      await say(core, mira, roomId, "Now that we're alone");
      expect(messages.events.at(-1)).toMatchObject({ type: "member.left", user: { id: tomas.user.id } });
      expect(await refusalOf(listen(core, tomas, { kind: "messages", roomId, after: 0 }))).toMatchObject({ code: "PERMISSION_DENIED" });
    });

    test("state and events make a fresh fetch, for every change of a room", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const hears = await listen(core, mira, { kind: "messages", roomId, after: null });
      const message = await say(core, mira, roomId, "Tee?");
      await editMessage(core, mira, { messageId: message.id, content: "Tea?" });
      await updateRoom(core, mira, { roomId, title: "Tea at five" });
      await removeMember(core, mira, { roomId, userId: tomas.user.id });
      await addMember(core, mira, { roomId, userId: tomas.user.id });
      const fresh = await openRoom(core, mira, { roomId });
      await hears.until(() => hears.events.length === 5);
      const events = hears.events;
      expect(events[1]).toMatchObject({ type: "message.edited", message: fresh.messages.items[0] });
      expect(events[2]).toMatchObject({ type: "room.updated", changes: { title: fresh.room.title } });
      expect(events[4]).toMatchObject({ type: "member.joined", memberCount: fresh.room.memberCount });
      expect(events[4]).toMatchObject({ seq: fresh.headSeq });
    });
  });

  describe("[A17] while a node doesn't hear the others", () => {
    /** Another node on the same database, whose bus a test cuts; everyone writes on the first. */
    async function cutNode(on = database) {
      const nodeClock = new MovableClock();
      const bus = new CutBus(nodeClock);
      const node = await openTestCore(on, {}, { clock: nodeClock, bus });
      const cast = await castIn(core);
      return { ...cast, node: node.core, bus, nodeClock };
    }

    test.each([
      ["that believes it hears", 2_000, () => {}],
      ["that knows better", 1_000, (bus: CutBus) => bus.cut()],
    ])("one %s compares the log's heads every %i ms, and finds every event", async (_which, every, prepare) => {
      const { node, bus, nodeClock, mira, tomas, roomId } = await cutNode();
      prepare(bus);
      const hears = await listen(node, tomas, { kind: "messages", roomId, after: null });
      nodeClock.move(30_000);
      await say(core, mira, roomId, "Can you hear me?");
      await say(core, mira, roomId, "Hello?");
      nodeClock.move(every - 1);
      await new Promise((resolve) => setTimeout(resolve));
      expect(hears.events).toEqual([]);
      nodeClock.move(1);
      await hears.until(() => hears.events.length === 2);
      expect(hears.events).toEqual(await loadEvents(core.db, roomId, 2, 10));
      hears.stop();
      await node.close();
    });

    test("one that finds that it doesn't hear them looks up at once what was told meanwhile", async () => {
      const { node, bus, nodeClock, mira, tomas, roomId } = await cutNode();
      const hears = await listen(node, tomas, { kind: "messages", roomId, after: null });
      nodeClock.move(30_000);
      await say(core, mira, roomId, "Can you hear me?");
      bus.cut();
      nodeClock.move(250);
      await hears.until(() => hears.events.length === 1);
      expect(hears.events).toEqual(await loadEvents(core.db, roomId, 2, 10));
      hears.stop();
      await node.close();
    });

    test("one that hears them again while it compares the heads looks once more", async () => {
      const slow = new SlowDatabase(database);
      const { node, bus, nodeClock, mira, tomas, roomId } = await cutNode(slow.database);
      const hears = await listen(node, tomas, { kind: "messages", roomId, after: null });
      const answer = slow.hold(1);
      bus.cut();
      nodeClock.move(250);
      await answer.read;
      await say(core, mira, roomId, "Can you hear me?");
      bus.mend();
      answer.tell();
      await hears.until(() => hears.events.length === 1);
      expect(hears.events).toEqual(await loadEvents(core.db, roomId, 2, 10));
      hears.stop();
      await node.close();
    });

    test("a room that was deleted is gone from the inboxes, whatever stands in its log after that", async () => {
      const { node, bus, nodeClock, mira, tomas, roomId } = await cutNode();
      bus.cut();
      const hears = await listen(node, tomas, { kind: "inbox" });
      const last = await say(core, mira, roomId, "Last words");
      await deleteRoom(core, mira, { roomId });
      await change(core, async (change) => {
        await change.lockAnyRoom(roomId);
        await change.append(roomId, { kind: "message.edited", actorId: mira.user.id, subjectId: last.id });
      });
      const { room: later } = await createRoom(core, mira, { kind: "room", title: "Elsewhere", memberIds: [tomas.user.id] });
      nodeClock.move(3_000);
      await hears.until(() => hears.inbox.some(({ type }) => type === "room.left"));
      nodeClock.move(3_000);
      bus.mend();
      await hears.until(() => hears.inbox.some((update) => update.type === "snapshot" && update.entries.some(({ room }) => room.id === later.id)));
      expect(hears.inbox.map(({ type }) => type)).toEqual(["snapshot", "room.left", "snapshot"]);
      hears.stop();
      await node.close();
    });

    test.each([
      ["it hears them again", (bus: CutBus) => bus.cut(), (bus: CutBus) => bus.mend()],
      ["one of them says that it couldn't be heard", () => {}, (bus: CutBus) => bus.miss()],
    ])("everything is found as soon as %s: events, one's rooms, and who is there", async (_what, cut, mend) => {
      const { node, bus, mira, tomas, wen, roomId } = await cutNode();
      await addMember(core, mira, { roomId, userId: wen.user.id });
      const messages = await listen(node, tomas, { kind: "messages", roomId, after: null });
      const inbox = await listen(node, tomas, { kind: "inbox" });
      const presence = await listen(node, tomas, { kind: "presence.of", userIds: [wen.user.id] });
      cut(bus);
      await say(core, mira, roomId, "Can you hear me?");
      const { room: added } = await createRoom(core, mira, { kind: "room", title: "Cake", memberIds: [tomas.user.id] });
      await bus.leases.hold(`presence:${wen.user.id}`, "elsewhere", "online ", 45_000);
      mend(bus);
      await messages.until(() => messages.events.length === 1);
      await inbox.until(() => inbox.inbox.filter(({ type }) => type === "snapshot").length === 2);
      await presence.until(() => presence.presence.at(-1)?.status === "online");
      expect(JSON.stringify(inbox.inbox.findLast(({ type }) => type === "snapshot"))).toContain(added.id);
      await say(core, mira, added.id, "A slice?");
      mend(bus);
      await inbox.until(() => inbox.inbox.some((update) => update.type === "room.activity" && update.last?.excerpt === "A slice?"));
      for (const { stop } of [messages, inbox, presence]) stop();
      await node.close();
    });

    test("[B38] an inbox says nothing more of a room once its log says that one is out, nor loses a room that one has come back into", async () => {
      const { node, nodeClock, bus, mira, tomas, roomId } = await cutNode();
      const { room: kept } = await createRoom(core, mira, { kind: "room", title: "Cake", memberIds: [tomas.user.id] });
      const inbox = await listen(node, tomas, { kind: "inbox" });
      const told = () => JSON.stringify(inbox.inbox);
      bus.cut();
      for (const id of [roomId, kept.id]) await removeMember(core, mira, { roomId: id, userId: tomas.user.id });
      await addMember(core, mira, { roomId: kept.id, userId: tomas.user.id });
      await say(core, mira, roomId, "Now that he's gone");
      await say(core, mira, kept.id, "There you are again");
      for (let second = 0; second < 2; second++) nodeClock.move(1_000);
      await inbox.until(() => told().includes("There you are again"));
      for (let second = 0; second < 3; second++) nodeClock.move(1_000);
      await say(core, mira, kept.id, "Cake?");
      for (let second = 0; second < 2; second++) nodeClock.move(1_000);
      await inbox.until(() => told().includes("Cake?"));
      expect(inbox.inbox.filter((update) => update.type === "room.left" && update.roomId === roomId)).toHaveLength(1);
      expect(told()).not.toContain("Now that he's gone");
      inbox.stop();
      await node.close();
    });

    test("an inbox loses the rooms that one was put out of meanwhile", async () => {
      const { node, bus, mira, tomas, roomId } = await cutNode();
      const inbox = await listen(node, tomas, { kind: "inbox" });
      bus.cut();
      await removeMember(core, mira, { roomId, userId: tomas.user.id });
      bus.mend();
      await inbox.until(() => inbox.inbox.some((update) => update.type === "room.left" && update.roomId === roomId));
      expect(node.feeds.count().rooms).toBe(0);
      inbox.stop();
      await node.close();
    });
  });

  test("a gap that a restore left in the numbers is never crossed in silence: whoever comes back over it starts afresh", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const before = await say(core, mira, roomId, "Before the backup");
    // What docs/operate.md says to do once after a restore.
    await sql`update rooms set head_seq = head_seq + 1000000 where id = ${roomId}`.execute(core.db);
    await say(core, mira, roomId, "After the restore");
    const [behind, afresh] = [await listen(core, tomas, { kind: "messages", roomId, after: before.seq + 3 }), await listen(core, tomas, { kind: "messages", roomId, after: null })];
    expect(behind.events).toMatchObject([{ type: "reset", reason: "TOO_FAR_BEHIND" }]);
    const live = await say(core, mira, roomId, "And on it goes");
    for (const hears of [behind, afresh]) {
      await hears.until(() => hears.events.some((event) => event.type === "message.posted"));
      expect(hears.events.at(-1)).toMatchObject({ seq: live.seq });
    }
  });

  describe("what fades by itself", () => {
    test("typing starts with who is typing now, without oneself", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const early = await listen(core, mira, { kind: "typing", roomId });
      await startTyping(core, tomas, { roomId });
      const late = await listen(core, mira, { kind: "typing", roomId });
      const self = await listen(core, tomas, { kind: "typing", roomId });
      const typing = { userId: tomas.user.id, username: tomas.user.username, typing: true };
      expect(early.typing).toEqual([typing]);
      expect(late.typing).toEqual([typing]);
      expect(self.typing).toEqual([]);
    });

    test("[B38] the state is older than the look at whether one may know it: who is put out in between is refused", async () => {
      const slow = new SlowDatabase(database);
      const { core: node } = await openTestCore(slow.database);
      const { mira, tomas, roomId } = await castIn(node, { isPrivate: true });
      const miras = await listen(node, mira, { kind: "messages", roomId, after: null });
      const hears = new Listener(tomas);
      const answer = slow.hold(1);
      const following = refusalOf(follow(node, { kind: "reads", roomId }, hears));
      await answer.read;
      await removeMember(node, mira, { roomId, userId: tomas.user.id });
      answer.tell();
      expect(await following).toMatchObject({ code: "ROOM_NOT_FOUND" });
      expect(hears.batches).toEqual([]);
      miras.stop();
      await node.close();
    });

    test("read positions start with everyone's and go on with each that moves", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const message = await say(core, mira, roomId);
      const hears = await listen(core, mira, { kind: "reads", roomId });
      expect(hears.reads.map(({ userId }) => userId).toSorted()).toEqual([mira.user.id, tomas.user.id].toSorted());
      await markRead(core, tomas, { roomId, seq: message.seq });
      expect(hears.reads.at(-1)).toMatchObject({ userId: tomas.user.id, seq: message.seq });
    });
  });

  describe("an inbox", () => {
    test("starts with a snapshot and hears of every room, whether one is looking at it or not", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const hears = await listen(core, tomas, { kind: "inbox" });
      expect(hears.inbox).toMatchObject([{ type: "snapshot", entries: [{ room: { id: roomId }, unread: 0 }] }]);
      const message = await say(core, mira, roomId, "Tea?");
      await hears.until(() => hears.inbox.length === 2);
      expect(hears.inbox[1]).toEqual({
        type: "room.activity",
        roomId,
        headSeq: message.seq,
        last: { seq: message.seq, author: mira.user, excerpt: "Tea?", at: message.createdAt },
        counted: [{ seq: message.seq, authorId: mira.user.id, mentions: [] }],
      });
    });

    test("is told of a busy room once a second at most, with everything that counts in between", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const hears = await listen(core, tomas, { kind: "inbox" });
      for (let n = 0; n < 5; n++) await say(core, mira, roomId, `${n}`);
      expect(hears.inbox).toHaveLength(2);
      clock.move(1_000);
      await hears.until(() => hears.inbox.length === 3);
      expect(hears.inbox[2]).toMatchObject({ type: "room.activity", last: { excerpt: "4" }, counted: [{}, {}, {}, {}] });
    });

    test("is told of a room of more than 1,000 once in two seconds at most", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      await core.db.updateTable("rooms").set({ member_count: 1_001 }).where("id", "=", roomId).execute();
      const hears = await listen(core, tomas, { kind: "inbox" });
      for (let n = 0; n < 5; n++) await say(core, mira, roomId, `${n}`);
      clock.set(3_600_000);
      clock.move(1_999);
      await new Promise((resolve) => setImmediate(resolve));
      expect(hears.inbox).toHaveLength(2);
      clock.move(1);
      await hears.until(() => hears.inbox.length === 3);
    });

    test("counts anew for those alone who had not read what is deleted", async () => {
      const { mira, tomas, wen, roomId } = await castIn(core);
      await addMember(core, mira, { roomId, userId: wen.user.id });
      const slip = await say(core, mira, roomId, "A slip");
      await markRead(core, wen, { roomId, seq: slip.seq });
      const [hisInbox, hers, authors] = [await listen(core, tomas, { kind: "inbox" }), await listen(core, wen, { kind: "inbox" }), await listen(core, mira, { kind: "inbox" })];
      await deleteMessage(core, mira, { messageId: slip.id });
      await hisInbox.until(() => hisInbox.inbox.some(({ type }) => type === "room.position"));
      const { room: later } = await createRoom(core, wen, { kind: "room", title: "Elsewhere", memberIds: [mira.user.id] });
      for (const inbox of [hers, authors]) {
        await inbox.until(() => inbox.inbox.some((update) => update.type === "room.joined" && update.entry.room.id === later.id));
        expect(inbox.inbox.map(({ type }) => type)).not.toContain("room.position");
      }
    });

    test("says nothing of a room that the same connection follows, which hears it there", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const messages = await listen(core, tomas, { kind: "messages", roomId, after: null }, "one connection");
      const inbox = await listen(core, tomas, { kind: "inbox" }, "one connection");
      await say(core, mira, roomId);
      await messages.until(() => messages.events.length === 1);
      expect(inbox.inbox.map(({ type }) => type)).toEqual(["snapshot"]);
    });

    test("when the newest message is deleted, shows the one before it and counts anew", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      await say(core, mira, roomId, "Tea?");
      const slip = await say(core, mira, roomId, "A slip");
      const hears = await listen(core, tomas, { kind: "inbox" });
      await deleteMessage(core, mira, { messageId: slip.id });
      await hears.until(() => hears.inbox.length === 3);
      expect(hears.inbox[1]).toMatchObject({ type: "room.activity", last: { excerpt: "Tea?" }, counted: [] });
      expect(hears.inbox[2]).toMatchObject({ type: "room.position", roomId, unread: 1, headSeq: slip.seq + 1 });
    });

    test("gains a room that one is added to, hears it from then on, and loses it when one is removed", async () => {
      const { mira, wen, roomId } = await castIn(core);
      const hears = await listen(core, wen, { kind: "inbox" });
      await addMember(core, mira, { roomId, userId: wen.user.id });
      await hears.until(() => hears.inbox.some(({ type }) => type === "room.joined"));
      await say(core, mira, roomId, "Welcome");
      await hears.until(() => hears.inbox.some((update) => update.type === "room.activity" && update.last?.excerpt === "Welcome"));
      await removeMember(core, mira, { roomId, userId: wen.user.id });
      await hears.until(() => hears.inbox.some(({ type }) => type === "room.left"));
      const heard = hears.batches.length;
      clock.move(2_000);
      await say(core, mira, roomId, "Alone again");
      expect(hears.batches).toHaveLength(heard);
    });

    test.each([
      ["one's rooms", 1],
      ["their entries", 2],
    ])("keeps a room that one comes into while %s are being read", async (_what, query) => {
      const slow = new SlowDatabase(database);
      const { core: node, clock: nodeClock } = await openTestCore(slow.database);
      const { mira, wen, roomId } = await castIn(node);
      const hears = new Listener(wen);
      const answer = slow.hold(query);
      const following = follow(node, { kind: "inbox" }, hears);
      await answer.read;
      await addMember(node, mira, { roomId, userId: wen.user.id });
      // By now its note has been heard, and what it takes is read.
      for (const content of ["Welcome", "Tea?"]) await say(node, mira, roomId, content);
      answer.tell();
      const stop = await following;
      await hears.until(() => hears.inbox.some(({ type }) => type === "room.joined"));
      await say(node, mira, roomId, "A biscuit?");
      nodeClock.move(1_000);
      await hears.until(() => hears.inbox.some((update) => update.type === "room.activity" && update.last?.excerpt === "A biscuit?"));
      const told = hears.inbox.map(({ type }) => type);
      expect(told.slice(0, 2)).toEqual(["snapshot", "room.joined"]);
      expect(told).not.toContain("room.left");
      stop();
      await node.close();
    });

    test("keeps a room that one sits in, though the note of an earlier going is heard after that of the coming", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const hears = await listen(core, tomas, { kind: "inbox" });
      core.bus.publish("user", tomas.user.id, { kind: "left", roomId });
      await hears.until(() => hears.inbox.some((update) => update.type === "room.joined" && update.entry.room.id === roomId));
      await say(core, mira, roomId, "There you are");
      await hears.until(() => JSON.stringify(hears.inbox).includes("There you are"));
      expect(hears.inbox.map(({ type }) => type)).toEqual(["snapshot", "room.left", "room.joined", "room.activity"]);
      hears.stop();
    });

    test("keeps nothing open of a room that one was let into while one went away", async () => {
      const { mira, wen, roomId } = await castIn(core);
      const before = core.feeds.count().rooms;
      const hears = await listen(core, wen, { kind: "inbox" });
      core.bus.publish("user", wen.user.id, { kind: "joined", roomId });
      // The note has been heard, and the room is being opened.
      await Promise.resolve();
      hears.stop();
      await say(core, mira, roomId);
      await expect.poll(() => core.feeds.count().rooms).toBe(before);
    });

    test("shows an edit of the newest words, also of those said before anyone listened", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      await say(core, mira, roomId, "Rain?");
      const newest = await say(core, mira, roomId, "Tee?");
      const hears = await listen(core, tomas, { kind: "inbox" });
      await editMessage(core, mira, { messageId: newest.id, content: "Tea?" });
      await hears.until(() => hears.inbox.length === 2);
      expect(hears.inbox[1]).toMatchObject({ type: "room.activity", last: { seq: newest.seq, excerpt: "Tea?" }, counted: [] });
    });

    test("shows no room again that one has left while it was being read", async () => {
      const slow = new SlowDatabase(database);
      const { core: node } = await openTestCore(slow.database);
      const { mira, tomas, roomId } = await castIn(node);
      const hears = await listen(node, tomas, { kind: "inbox" });
      // Whether he sits there is read first, its entry second.
      const answer = slow.hold(2);
      node.bus.publish("user", tomas.user.id, { kind: "joined", roomId });
      await answer.read;
      await removeMember(node, mira, { roomId, userId: tomas.user.id });
      answer.tell();
      const { room: later } = await createRoom(node, tomas, { kind: "room", title: "Elsewhere" });
      await hears.until(() => hears.inbox.some((update) => update.type === "room.joined" && update.entry.room.id === later.id));
      expect(hears.inbox.flatMap((update) => (update.type === "room.joined" ? [update.entry.room.id] : []))).toEqual([later.id]);
      hears.stop();
      await node.close();
    });

    test("[B38] says nothing more of a room that one was in for a moment only", async () => {
      const { mira, wen, roomId } = await castIn(core);
      const hears = await listen(core, wen, { kind: "inbox" });
      // Told at once, so that the second is heard while the inbox is still opening the room.
      core.bus.publish("user", wen.user.id, { kind: "joined", roomId });
      core.bus.publish("user", wen.user.id, { kind: "left", roomId });
      await hears.until(() => hears.inbox.some(({ type }) => type === "room.left"));
      await say(core, mira, roomId, "Now that she's gone");
      clock.move(2_000);
      const { room: later } = await createRoom(core, wen, { kind: "room", title: "Elsewhere" });
      await hears.until(() => hears.inbox.some((update) => update.type === "room.joined" && update.entry.room.id === later.id));
      expect(JSON.stringify(hears.inbox)).not.toContain("Now that she's gone");
    });

    test("[B38] says nothing of a room that one is out of again, though the note of the coming is heard after that of the going", async () => {
      const { mira, tomas, roomId } = await castIn(core, { isPrivate: true });
      const hears = await listen(core, tomas, { kind: "inbox" });
      await removeMember(core, mira, { roomId, userId: tomas.user.id });
      await hears.until(() => hears.inbox.some(({ type }) => type === "room.left"));
      core.bus.publish("user", tomas.user.id, { kind: "joined", roomId });
      const { room: later } = await createRoom(core, tomas, { kind: "room", title: "Elsewhere" });
      await hears.until(() => hears.inbox.some((update) => update.type === "room.joined" && update.entry.room.id === later.id));
      await say(core, mira, roomId, "Now that he's gone");
      await say(core, tomas, later.id, "Is anyone here?");
      await hears.until(() => JSON.stringify(hears.inbox).includes("Is anyone here?"));
      expect(JSON.stringify(hears.inbox)).not.toContain("Now that he's gone");
    });

    test("that can't read a room one has joined ends, so that its client comes back for a fresh start, and never stays deaf to it", async () => {
      const { wen, roomId } = await castIn(core);
      const hears = await listen(core, wen, { kind: "inbox" });
      await sql`alter table room_members rename to room_members_away`.execute(core.db);
      core.bus.publish("user", wen.user.id, { kind: "joined", roomId });
      await hears.until(() => hears.end !== null);
      await sql`alter table room_members_away rename to room_members`.execute(core.db);
      expect(hears.end).toBe("broken");
    });

    test("tells my other devices what reading here left unread", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const first = await say(core, mira, roomId, "Tea?");
      const second = await say(core, mira, roomId, "Biscuits?");
      const hears = await listen(core, tomas, { kind: "inbox" });
      await markRead(core, tomas, { roomId, seq: first.seq });
      await hears.until(() => hears.inbox.length === 2);
      expect(hears.inbox[1]).toEqual({ type: "room.position", roomId, unread: 1, mentions: 0, lastReadSeq: first.seq, headSeq: second.seq });
    });
  });

  test("[B64] presence by name is of those one shares a room with, and of nobody else", async () => {
    const { mira, tomas, wen } = await castIn(core);
    await core.presence.connect("tomas's laptop", tomas);
    await core.presence.connect("wen's laptop", wen);
    const hears = await listen(core, mira, { kind: "presence.of", userIds: [tomas.user.id, wen.user.id] });
    expect(hears.presence).toMatchObject([{ userId: tomas.user.id, status: "online" }]);
    core.presence.disconnect("tomas's laptop");
    clock.move(20_000);
    await hears.until(() => hears.presence.length > 1);
    expect(hears.presence.at(-1)).toMatchObject({ userId: tomas.user.id, status: "offline" });
  });

  test("[B64] presence by name ends where the last shared room does, whoever leaves it", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const other = await createRoom(core, mira, { kind: "room", title: "Cake", memberIds: [tomas.user.id] });
    await core.presence.connect("tomas's phone", tomas);
    const hears = await listen(core, mira, { kind: "presence.of", userIds: [tomas.user.id] });
    const tomasHears = await listen(core, tomas, { kind: "presence.of", userIds: [mira.user.id] });
    await leaveRoom(core, tomas, { roomId });
    clock.move(2_000);
    await core.presence.set("tomas's phone", { status: "away", currentRoomId: null });
    await hears.until(() => hears.presence.at(-1)?.status === "away");
    await removeMember(core, mira, { roomId: other.room.id, userId: tomas.user.id });
    await core.presence.connect("mira's phone", mira);
    clock.move(2_000);
    await core.presence.set("tomas's phone", { status: "online", currentRoomId: null });
    await core.presence.settled();
    expect(hears.presence.at(-1)?.status).toBe("away");
    expect(tomasHears.presence.map(({ status }) => status)).not.toContain("online");
  });

  test.each(["the other", "oneself"])("[B64] presence by name begins where a room comes to be shared, by the coming of %s, and goes on", async (who) => {
    const { mira, wen, roomId } = await castIn(core);
    const { room: hers } = await createRoom(core, wen, { kind: "room", title: "Elsewhere" });
    await core.presence.connect(`wen's tab, seen by the coming of ${who}`, wen);
    const hears = await listen(core, mira, { kind: "presence.of", userIds: [wen.user.id] });
    expect(hears.presence).toEqual([]);
    if (who === "oneself") await addMember(core, wen, { roomId: hers.id, userId: mira.user.id });
    else await addMember(core, mira, { roomId, userId: wen.user.id });
    await hears.until(() => hears.presence.at(-1)?.status === "online");
    core.presence.disconnect(`wen's tab, seen by the coming of ${who}`);
    clock.move(20_000);
    await hears.until(() => hears.presence.at(-1)?.status === "offline");
    hears.stop();
  });

  test("[B64] presence by name begins again where a room is shared again", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const online = () => hears.presence.filter(({ userId, status }) => userId === tomas.user.id && status === "online").length;
    await core.presence.connect("tomas's", tomas);
    const hears = await listen(core, mira, { kind: "presence.of", userIds: [tomas.user.id] });
    await hears.until(() => online() === 1);
    await leaveRoom(core, tomas, { roomId });
    // Its leaving has been looked at by then.
    await refusalOf(openRoom(core, tomas, { roomId }));
    await addMember(core, mira, { roomId, userId: tomas.user.id });
    await hears.until(() => online() > 1);
    expect(online()).toBe(2);
    hears.stop();
  });

  test("when the last follower has gone, nothing of the room is kept open", async () => {
    const { tomas, roomId } = await castIn(core);
    const before = core.feeds.count().rooms;
    const own = await createRoom(core, await person(core, "mira"), { kind: "room", title: "Elsewhere" });
    const listeners = [
      await listen(core, tomas, { kind: "messages", roomId, after: null }),
      await listen(core, tomas, { kind: "typing", roomId }),
      await listen(core, tomas, { kind: "inbox" }),
    ];
    expect(core.feeds.count().rooms).toBe(before + 1);
    for (const { stop } of listeners) stop();
    expect(core.feeds.count().rooms).toBe(before);
    expect(own.room.headSeq).toBe(1);
  });
});
