import { silentLog } from "@tertulia/db/testing/open-test-database";
import type { RoomEvent } from "@tertulia/model/events";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { expect, test } from "vitest";
import { HandTurnedLoop } from "../../test/hand-turned-loop.ts";
import { deleted, PlainListener, ROOM } from "../../test/plain-listener.ts";
import { Courier } from "./courier.ts";
import { InboxRoom, type InboxSource } from "./inbox-room.ts";
import { RoomFeed } from "./room-feed.ts";

test("what couldn't be told, since the database was away, is told a second later, though nothing more happens", async () => {
  const asked: unknown[] = [];
  const isAway = async (question: unknown) => {
    asked.push(question);
    if (asked.length === 1 || asked.length === 3) throw new Error("The database is away.");
  };
  const source = {
    last: async () => {
      await isAway("the newest words");
      return null;
    },
    positions: async (_: string[], messageIds: string[]) => {
      await isAway(messageIds);
      return new Map();
    },
  };
  const { clock, feed, room } = openRoom(source);
  const tomas = new PlainListener("tomas");
  room.add(tomas);
  feed.hear({ kind: "events", firstSeq: 1, events: [deleted(1)] });
  await expect.poll(() => {
    clock.move(1_000);
    return asked;
  }).toEqual(["the newest words", "the newest words", ["m1"], ["m1"]]);
  expect(tomas.inbox[0]).toMatchObject({ type: "room.activity", headSeq: 1 });
});

test("once nobody listens any more, a database that is away isn't asked again", async () => {
  let asked = 0;
  const { clock, feed, room } = openRoom({
    last: async () => {
      asked++;
      throw new Error("The database is away.");
    },
    positions: async () => new Map(),
  });
  const tomas = new PlainListener("tomas");
  room.add(tomas);
  feed.hear({ kind: "events", firstSeq: 1, events: [deleted(1)] });
  room.remove(tomas);
  for (let second = 0; second < 3; second++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.move(1_000);
  }
  expect(asked).toBe(1);
});

test("who stops following while many are being told hears what they were passed over with, before what is new", async () => {
  const { clock, feed, room, loop } = openRoom({ last: async () => null, positions: async () => new Map() });
  for (let number = 0; number < 300; number++) room.add(new PlainListener(`one of ${number}`));
  const [inbox, messages] = [new PlainListener("tomas"), new PlainListener("tomas")];
  room.add(inbox);
  const follower = feed.addFollower(messages);
  await follower.goLive(0, 0);
  const told = () => inbox.inbox.map((update) => update.type === "room.activity" && update.counted.map(({ seq }) => seq));
  const breath = () => new Promise((resolve) => setImmediate(resolve));
  for (const seq of [1, 2]) {
    feed.hear({ kind: "events", firstSeq: seq, events: [posted(seq)] });
    await breath();
    // Of the second round a part is told.
    if (seq === 1) loop.pass(1_000);
    clock.move(1_000);
    await breath();
  }
  follower.leave();
  loop.pass(1_000);
  expect(told()).toEqual([]);
  clock.move(1_000);
  await breath();
  loop.pass(1_000);
  expect(told()).toEqual([[1, 2]]);
});

function openRoom(source: InboxSource) {
  const [clock, loop, log] = [new MovableClock(), new HandTurnedLoop(), silentLog];
  const courier = new Courier(log, loop);
  const feed = new RoomFeed({ roomId: ROOM, head: 0, memberCount: 2 }, { readLog: async () => [], courier, clock, log });
  const room = new InboxRoom(feed, { source, courier, clock, log });
  feed.watch(room);
  return { clock, loop, feed, room };
}

function posted(seq: number): RoomEvent {
  const at = "2026-11-20T10:00:00.000Z";
  const author = { id: "mira", username: "mira", displayName: "Mira", avatarUrl: null, kind: "human" as const };
  return {
    type: "message.posted", roomId: ROOM, seq, at, actorId: "mira",
    message: {
      id: `m${seq}`, roomId: ROOM, seq, content: "Tea?", author, clientId: null, role: "user", type: "text", metadata: {}, replyTo: null, threadRootId: null, threadCount: 0,
      variants: [], attachments: [], reactions: [], mentions: [], mentionsRoom: false, status: "sent", run: null, editedAt: null, deletedAt: null, createdAt: at, updatedAt: at,
    },
  };
}
