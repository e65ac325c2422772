import { openDatabase } from "@tertulia/db/open";
import { silentLog } from "@tertulia/db/testing/open-test-database";
import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { createRoom } from "@tertulia/core/rooms/create-room";
import { v7 as newId } from "uuid";
import { describe, expect, test } from "vitest";
import { canStartPostgres, startTemporaryPostgres } from "../../../../scripts/temporary-postgres.mjs";
import { canStartRedis, startTemporaryRedis } from "../../../../scripts/temporary-redis.mjs";
import { gatherCast } from "../cast.ts";
import { MovableClock } from "../movable-clock.ts";
import { startTestServer } from "../start-test-server.ts";
import { type Posted, refusalOf, type Visit } from "./door.ts";
import { doors } from "./doors.ts";
import { House } from "./house.ts";

const LIMIT = limits.postsPerMinute;

test("[L1] [B10] thirty a minute by all doors together; what was posted before is answered again, and counts no more", async () => {
  const clock = new MovableClock();
  await using house = await House.open({ postsPerMinute: LIMIT, clock });
  const room = await house.newRoom();
  const visits = await Promise.all(doors.map((door) => house.visit(door, house.cast.tomas)));
  const posted = await postByTurns(visits, room);
  for (const visit of visits) expect(await answersTo(visit, room)).toEqual(refusedBut(posted[3]));
  clock.move(60_000);
  for (const door of doors) {
    // Whoever was silent for that long was shown out.
    await using visit = await door.enter(house.server.url, house.cast.tomas);
    expect(await visit.post(room, `again by ${door.name}`)).toMatchObject({ id: expect.any(String) });
  }
});

test("[B10] over HTTP it is said when to come back, in the headers too", async () => {
  await using house = await House.open({ postsPerMinute: 1 });
  const { token } = house.cast.tomas;
  const room = await house.newRoom();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const overRest = () => fetch(`${house.server.url}/api/v1/conversations/${room}/messages`, { method: "POST", headers, body: JSON.stringify({ content: "Tea?" }) });
  const overTrpc = () => fetch(`${house.server.url}/api/trpc/messages.post`, { method: "POST", headers, body: JSON.stringify({ roomId: room, clientId: newId(), content: "Tea?" }) });
  expect((await overRest()).status).toBe(201);
  const refused = await overRest();
  expect([refused.status, (await overTrpc()).status]).toEqual([429, 429]);
  expect(Number(refused.headers.get("retry-after"))).toSatisfy((seconds: number) => seconds >= 1 && seconds <= 60);
  expect(refused.headers.get("ratelimit-limit")).toBe("1");
  expect(refused.headers.get("ratelimit-remaining")).toBe("0");
  expect(refused.headers.get("ratelimit-reset")).toBe(refused.headers.get("retry-after"));
});

describe.skipIf(!canStartPostgres() || !canStartRedis())("on two nodes", () => {
  test("[L1] [B10] thirty a minute by all doors of both together", async () => {
    const [postgres, redis] = [await startTemporaryPostgres(), await startTemporaryRedis()];
    if (!postgres || !redis) throw new Error("There is no Postgres or no Redis here to start.");
    try {
      await using database = await openDatabase({ url: postgres.url }, { log: silentLog });
      const node = () => startTestServer({ database, redisUrl: redis.url, postsPerMinute: LIMIT });
      const nodes = await Promise.all([node(), node()]);
      await using ended = new AsyncDisposableStack();
      ended.defer(async () => void (await Promise.all(nodes.map((each) => each.close()))));
      const { core } = nodes[0];
      const { mira, tomas } = await gatherCast(core);
      const { room } = await createRoom(core, mira.actor, { kind: "room", title: "Cake", isPrivate: true, memberIds: [tomas.account.id] });
      const visits = await Promise.all(doors.flatMap((door) => nodes.map(async ({ url }) => ended.use(await door.enter(url, tomas)))));
      const posted = await postByTurns(visits, room.id);
      for (const visit of visits) expect(await answersTo(visit, room.id)).toEqual(refusedBut(posted[3]));
    } finally {
      await redis.stop();
      await postgres.stop();
    }
  });
});

/** Posts as many as one may, each by the next door. */
async function postByTurns(visits: readonly Visit[], room: Id): Promise<Posted[]> {
  const posted: Posted[] = [];
  while (posted.length < LIMIT) for (const visit of visits.slice(0, LIMIT - posted.length)) posted.push(await visit.post(room, `said ${posted.length}`, { clientId: `post-${posted.length}` }));
  return posted;
}

/** What is answered to a post more than one may, and to one that was posted before. */
async function answersTo(visit: Visit, room: Id) {
  const { code, details } = await refusalOf(visit.post(room, "one too many"));
  return { code, details, again: await visit.post(room, "said 3", { clientId: "post-3" }) };
}

const refusedBut = (again: Posted | undefined) => ({
  code: "RATE_LIMITED",
  details: { limit: LIMIT, resetAt: expect.stringMatching(/^\d{4}-.*Z$/), retryAfterMs: expect.toSatisfy((ms: number) => ms > 0 && ms <= 60_000) },
  again,
});
