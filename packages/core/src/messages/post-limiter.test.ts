import { describe, expect, test } from "vitest";
import { PostLimiter } from "./post-limiter.ts";

describe("the limit on posts", () => {
  test("[L1] at most 30 in any 60 s: the place of a post is free again a minute after it, not at the turn of a window", () => {
    const { clock, limiter } = aMinute(30);
    for (let post = 0; post < 15; post++) limiter.take("mira");
    clock.time += 50_000;
    for (let post = 0; post < 15; post++) limiter.take("mira");
    clock.time += 9_999;
    expect(() => limiter.take("mira")).toThrow(expect.objectContaining({ code: "RATE_LIMITED" }));
    clock.time += 1;
    for (let post = 0; post < 15; post++) limiter.take("mira");
    expect(() => limiter.take("mira")).toThrow(expect.objectContaining({ code: "RATE_LIMITED" }));
  });

  test("[L1] the refusal says the limit, when it ends and how long that is", () => {
    const { clock, limiter } = aMinute(1);
    limiter.take("mira");
    clock.time += 20_000;
    expect(limiter.refusal("mira").details).toEqual({ limit: 1, resetAt: new Date(60_000).toISOString(), retryAfterMs: 40_000 });
  });

  test("[A40] a clock that was put back makes nobody wait for longer than a minute", () => {
    const { clock, limiter } = aMinute(1);
    clock.time = 300_000;
    limiter.take("mira");
    clock.time = 0;
    expect(limiter.refusal("mira").details).toMatchObject({ retryAfterMs: 60_000 });
    clock.time = 60_000;
    expect(limiter.isFull("mira")).toBe(false);
  });

  test("a post that gave its place back doesn't count, and people don't count for each other", () => {
    const { limiter } = aMinute(1);
    limiter.take("mira")();
    limiter.take("mira");
    limiter.take("tomas");
    expect(limiter.isFull("mira")).toBe(true);
    expect(limiter.isFull("wen")).toBe(false);
  });
});

function aMinute(limit: number) {
  const clock = { time: 0, now: () => clock.time, monotonic: () => clock.time, after: () => () => undefined };
  return { clock, limiter: new PostLimiter(clock, limit) };
}
