import { MemoryBus } from "@tertulia/events/memory-bus";
import { silentLog } from "@tertulia/db/testing/open-test-database";
import type { GlobalRole } from "@tertulia/model/users";
import { forEveryRole } from "@tertulia/testing/for-every-role";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { describe, expect, test } from "vitest";
import { PostLimiter } from "./post-limiter.ts";

describe("the limit on posts", () => {
  test("[L1] at most 30 in any 60 s: the place of a post is free again a minute after it, not at the turn of a window", async () => {
    const { clock, taken } = aMinute(30);
    expect(await taken("mira", 15)).toBe(15);
    clock.move(50_000);
    expect(await taken("mira", 15)).toBe(15);
    clock.move(9_999);
    expect(await taken("mira", 1)).toBe(0);
    clock.move(1);
    expect(await taken("mira", 16)).toBe(15);
  });

  test("[L1] the refusal says the limit, when it ends and how long that is", async () => {
    const { clock, limiter } = aMinute(1);
    await limiter.take("mira", "USER");
    clock.move(20_000);
    const place = await limiter.take("mira", "USER");
    expect(place).toMatchObject({ refusal: { code: "RATE_LIMITED", details: { limit: 1, resetAt: new Date(clock.now() + 40_000).toISOString(), retryAfterMs: 40_000 } } });
  });

  test("[L1] each role has its own, and the refusal says which", async () => {
    const { limiter, taken } = aMinute(1, { MODERATOR: 2, ADMIN: 3 });
    expect([await taken("tomas", 5, "USER"), await taken("wen", 5, "MODERATOR"), await taken("mira", 5, "ADMIN")]).toEqual([1, 2, 3]);
    expect(await limiter.take("mira", "ADMIN")).toMatchObject({ refusal: { details: { limit: 3 } } });
  });

  test("[A40] a clock that is put back or forward changes nothing", async () => {
    const { clock, taken } = aMinute(1);
    expect(await taken("mira", 1)).toBe(1);
    clock.set(-300_000);
    clock.move(59_999);
    clock.set(600_000);
    expect(await taken("mira", 1)).toBe(0);
    clock.move(1);
    expect(await taken("mira", 1)).toBe(1);
  });

  test("a post that gave its place back doesn't count, and people don't count for each other", async () => {
    const { limiter, taken } = aMinute(1);
    const place = await limiter.take("mira", "USER");
    if ("giveBack" in place) place.giveBack();
    expect(await taken("mira", 2)).toBe(1);
    expect(await taken("tomas", 2)).toBe(1);
  });
});

function aMinute(limit: number, forTheRest = {}) {
  const clock = new MovableClock();
  const { counters } = new MemoryBus({ clock, log: silentLog });
  const limiter = new PostLimiter(counters, clock, { ...forEveryRole(limit), ...forTheRest });
  /** How many of so many posts get a place. */
  const taken = async (userId: string, posts: number, role: GlobalRole = "USER") => {
    const places = await Promise.all(Array.from({ length: posts }, () => limiter.take(userId, role)));
    return places.filter((place) => "giveBack" in place).length;
  };
  return { clock, limiter, taken };
}
