import { silentLog } from "@tertulia/db/testing/open-test-database";
import type { RoomEvent } from "@tertulia/model/events";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { expect, test } from "vitest";
import { HandTurnedLoop } from "../../test/hand-turned-loop.ts";
import { deleted, PlainListener, ROOM } from "../../test/plain-listener.ts";
import { Courier } from "./courier.ts";
import { InboxRoom, type InboxSource } from "./inbox-room.ts";
import { RoomFeed } from "./room-feed.ts";

test("what could not be counted anew, since the database was away, is counted with what happens next", async () => {
  const [clock, courier, log] = [new MovableClock(), new Courier(silentLog), silentLog];
  const asked: string[][] = [];
  const source = {
    last: async () => null,
    positions: async (_: string[], messageIds: string[]) => {
      asked.push(messageIds);
      if (asked.length === 1) throw new Error("The database is away.");
      return new Map();
    },
  };
  const room = new InboxRoom(new RoomFeed({ roomId: ROOM, head: 0, memberCount: 2 }, { readLog: async () => [], courier, clock, log }), { source, courier, clock, log });
  room.add(new PlainListener("tomas"));
  room.hear([deleted(1)]);
  await expect.poll(() => asked).toEqual([["m1"]]);
  clock.move(1_000);
  room.hear([deleted(2)]);
  await expect.poll(() => asked.length).toBe(2);
  expect(asked[1]?.toSorted()).toEqual(["m1", "m2"]);
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
