import { silentLog } from "@tertulia/db/testing/open-test-database";
import { MemoryBus } from "@tertulia/events/memory-bus";
import { RedisBus } from "@tertulia/events/redis-bus";
import { hasRedis, type RedisServer, startRedis } from "@tertulia/events/testing/redis-server";
import { systemClock } from "@tertulia/server/system-clock";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusalOf } from "../../test/cast.ts";
import { AttemptLimit } from "./attempt-limits.ts";

const MINUTE_MS = 60_000;

test("[B34] five guesses in any 15 minutes are looked at, and neither the turn of a window nor a clock that is set gives more", async () => {
  const clock = new MovableClock();
  const limit = new AttemptLimit({ bus: new MemoryBus({ clock, log: silentLog }), clock }, "sign-in", 5, 15 * MINUTE_MS);
  for (const wait of [0, 4, 4, 4]) {
    clock.move(wait * MINUTE_MS);
    await limit.take("mira from here");
  }
  (await limit.take("mira from here"))();
  await limit.take("mira from here");
  clock.set(20 * MINUTE_MS);
  expect(await refusalOf(limit.take("mira from here"))).toMatchObject({ code: "RATE_LIMITED", details: { limit: 5, retryAfterMs: 3 * MINUTE_MS } });
  await limit.take("mira from elsewhere");
  clock.move(3 * MINUTE_MS);
  await limit.take("mira from here");
  expect(await refusalOf(limit.take("mira from here"))).toMatchObject({ code: "RATE_LIMITED", details: { retryAfterMs: 4 * MINUTE_MS } });
});

describe.skipIf(!hasRedis)("on several nodes (left out where redis-server isn't installed)", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("[B35] two nodes together look at no more guesses than one; [A17] while they can't count together they look at none", async () => {
    const buses = await Promise.all([1, 2].map(() => RedisBus.open({ url: redis.url, clock: systemClock, log: silentLog })));
    const nodes = buses.map((bus) => new AttemptLimit({ bus, clock: systemClock }, "room-password-by-room", 20, MINUTE_MS));
    const guesses = await Promise.allSettled(Array.from({ length: 30 }, () => nodes.map((node) => node.take("tea"))).flat());
    expect(guesses.filter(({ status }) => status === "fulfilled")).toHaveLength(20);
    await redis.crash();
    await expect.poll(() => buses.some(({ isUp }) => isUp)).toBe(false);
    for (const node of nodes) expect(await refusalOf(node.take("coffee"))).toMatchObject({ code: "UNAVAILABLE", details: { reason: "LIMITS_AWAY" } });
    await redis.startAgain();
    await expect.poll(() => buses.every(({ isUp }) => isUp)).toBe(true);
    for (const node of nodes) await node.take("coffee");
    for (const bus of buses) await bus.close();
  });
});
