import type { Clock } from "@tertulia/model/ports/clock";
import { Refusal } from "@tertulia/model/refusals";

/** The refusal of what was done too often, and when it may be done again: RATE_LIMITED {limit, resetAt, retryAfterMs}. */
export function rateLimited(clock: Clock, limit: number, freeAfterMs: number): Refusal {
  const retryAfterMs = Math.max(1, Math.ceil(freeAfterMs));
  return new Refusal("RATE_LIMITED", { limit, resetAt: new Date(clock.now() + retryAfterMs).toISOString(), retryAfterMs });
}
