import * as limits from "@tertulia/model/limits";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { expect, test } from "vitest";
import { FrameBudget } from "./frame-budget.ts";

test("[A40] a wall clock that is put back or forward makes nobody wait for longer, nor lets anybody say more", () => {
  const clock = new MovableClock();
  const budget = new FrameBudget(clock);
  budget.take(limits.framesPerMinute);
  for (const step of [-3_600_000, 7_200_000]) {
    clock.set(step);
    clock.move(1_000);
    expect(budget.take(1)).toBe("exceeded");
  }
  expect(budget.waitMs).toBe(58_000);
  clock.move(120_000);
  expect(budget.take(1)).toBe("fine");
});
