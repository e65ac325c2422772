import type { Clock } from "@tertulia/model/ports/clock";

const LONGEST_TIMER_MS = 24 * 60 * 60 * 1_000;

/** Calls back when an instant has come, however far off it is: timers can't be set for longer than 24 days. The answer undoes it. */
export function atInstant(clock: Clock, instant: number, callback: () => void): () => void {
  let cancel = () => {};
  const wait = () => {
    const left = instant - clock.now();
    if (left <= 0) callback();
    else cancel = clock.after(Math.min(left, LONGEST_TIMER_MS), wait);
  };
  wait();
  return () => cancel();
}
