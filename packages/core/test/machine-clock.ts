import type { Clock } from "@tertulia/model/ports/clock";

/** The machine's own time, for what speaks to another process. */
export const machineClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
