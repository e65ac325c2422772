import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { v7 as newId } from "uuid";
import { describe, expect, test } from "vitest";
import { canStartPostgres } from "../../../../scripts/temporary-postgres.mjs";
import { canStartRedis } from "../../../../scripts/temporary-redis.mjs";
import { MovableClock } from "../movable-clock.ts";
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
    await using visit = await door.enter(house.url, house.cast.tomas);
    expect(await visit.post(room, `again by ${door.name}`)).toMatchObject({ id: expect.any(String) });
  }
});

test("[B10] over HTTP it is said when to come back, in the headers too", async () => {
  await using house = await House.open({ postsPerMinute: 1 });
  const { token } = house.cast.tomas;
  const room = await house.newRoom();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const overRest = () => fetch(`${house.url}/api/v1/conversations/${room}/messages`, { method: "POST", headers, body: JSON.stringify({ content: "Tea?" }) });
  const overTrpc = () => fetch(`${house.url}/api/trpc/messages.post`, { method: "POST", headers, body: JSON.stringify({ roomId: room, clientId: newId(), content: "Tea?" }) });
  expect((await overRest()).status).toBe(201);
  const refused = await overRest();
  for (const answer of [refused, await overTrpc()]) {
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("retry-after"))).toSatisfy((seconds: number) => seconds >= 1 && seconds <= 60);
  }
  expect(refused.headers.get("ratelimit-limit")).toBe("1");
  expect(refused.headers.get("ratelimit-remaining")).toBe("0");
  expect(refused.headers.get("ratelimit-reset")).toBe(refused.headers.get("retry-after"));
});

describe.skipIf(!canStartPostgres() || !canStartRedis())("on two nodes", () => {
  test("[L1] [B10] thirty a minute by all doors of both together", async () => {
    await using house = await House.openOnTwoNodes({ postsPerMinute: LIMIT });
    const { tomas } = house.cast;
    const room = await house.newRoom();
    await using elsewhere = new AsyncDisposableStack();
    const visits = await Promise.all(doors.flatMap((door) => [house.visit(door, tomas), house.enterElsewhere(door, tomas).then((visit) => elsewhere.use(visit))]));
    const posted = await postByTurns(visits, room);
    for (const visit of visits) expect(await answersTo(visit, room)).toEqual(refusedBut(posted[3]));
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
