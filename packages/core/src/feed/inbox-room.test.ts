import { silentLog } from "@tertulia/db/testing/open-test-database";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { expect, test } from "vitest";
import { deleted, PlainListener, ROOM } from "../../test/plain-listener.ts";
import { Courier } from "./courier.ts";
import { InboxRoom } from "./inbox-room.ts";
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
