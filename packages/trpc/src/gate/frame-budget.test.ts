import { limits } from "@tertulia/model/limits";
import { expect, test } from "vitest";
import { FrameBudget } from "./frame-budget.ts";

test("[A40] a clock that was put back makes nobody wait for longer than a minute", () => {
  const clock = { time: 300_000, now: () => clock.time, monotonic: () => clock.time, after: () => () => undefined };
  const budget = new FrameBudget(clock);
  budget.take(limits.framesPerMinute);
  clock.time = 0;
  expect(budget.take(1)).toBe("exceeded");
  expect(budget.waitMs).toBe(60_000);
  clock.time = 120_000;
  expect(budget.take(1)).toBe("fine");
});
