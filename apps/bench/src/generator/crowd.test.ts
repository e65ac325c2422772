import { createDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { afterAll, expect, test } from "vitest";
import type { Bench } from "../row.ts";
import { type Contestant, rawWs, rawWsInsert, rawWsMerging, socketIoInsert, tertulia, withoutMerging } from "../servers/contestants.ts";
import { Crowd } from "./crowd.ts";

const PLAN = { rooms: 2, membersPerRoom: 3 };
const POSTS = 10;
const made: { drop(): Promise<void> }[] = [];
const createUrl = async () => {
  const database = await createDatabase();
  made.push(database);
  return database.url;
};
const databases = { name: "a test's Postgres", hasPostgres: true, create: async () => ({ url: await createUrl() }), createUrl, writes: async () => null, [Symbol.asyncDispose]: async () => {} };
const bench: Bench = { databases, pinning: null, rounds: 1, quick: true, profileTo: null, say: () => {}, keep: () => {} };

type Open = () => Promise<Contestant | null>;
const storeNothing: [string, Open][] = [
  ["raw ws", async () => rawWs(bench, PLAN)],
  ["raw ws, merging", async () => rawWsMerging(bench, PLAN)],
];
const store: [string, Open][] = [
  ["Tertulia", () => tertulia(bench, PLAN)],
  ["Tertulia without merging", async () => withoutMerging(bench, await tertulia(bench, PLAN))],
  ["raw ws + INSERT", () => rawWsInsert(bench, PLAN)],
  ["Socket.IO + INSERT", () => socketIoInsert(bench, PLAN)],
];

afterAll(async () => {
  for (const { drop } of made) await drop();
});

// The embedded database takes longer to fill than the whole test.
test.each(testDatabases().includes("postgres") ? [...storeNothing, ...store] : storeNothing)("everyone in a room of %s hears every post in it once, and whoever posts is answered", async (_name, open) => {
  const contestant = await open();
  if (!contestant) throw new Error("There is a Postgres.");
  await using server = await contestant.start();
  using crowd = await Crowd.gather(contestant, server.port, { postersPerRoom: 1 });
  for (let posts = POSTS; posts <= 2 * POSTS; posts += POSTS) {
    for (let post = 0; post < POSTS; post++) crowd.post(post % PLAN.rooms);
    await crowd.hasHeard(posts * PLAN.membersPerRoom);
    await expect.poll(() => crowd.acks.count).toBe(posts);
    expect(crowd.deliveries.count).toBe(posts * PLAN.membersPerRoom);
  }
  expect(crowd.refused).toBe(0);
  expect(crowd.isWhole).toBe(true);
  expect((await server.look("after collecting")).rss).toBeGreaterThan(0);
});
