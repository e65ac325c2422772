import type { Spent } from "@tertulia/model/ports/budgets";
import { type RateLimiterAbstract, RateLimiterRes } from "rate-limiter-flexible";

/** What the library says of a budget, by an answer or by throwing one, as ours. */
export async function spend(limiter: RateLimiterAbstract, windowMs: number, key: string, amount: number): Promise<Spent> {
  try {
    return spent(true, await limiter.consume(key, amount), windowMs);
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return spent(false, refused, windowMs);
    throw refused;
  }
}

/** It reckons by the wall clock: one that was put back makes no window longer than it is. */
const spent = (isWithin: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes, windowMs: number): Spent => ({
  isWithin,
  remaining: remainingPoints,
  resetMs: Math.min(msBeforeNext, windowMs),
});
