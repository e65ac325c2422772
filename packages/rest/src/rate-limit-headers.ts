import type { BudgetLeft } from "@tertulia/core/limits/request-budget";

/** How often something may be done, how often still, and in how many seconds all of it may be done again: as RateLimit headers of many other APIs say it. */
export const rateLimitHeaders = ({ limit, remaining, resetMs }: BudgetLeft): Record<string, string> => ({
  "RateLimit-Limit": String(limit),
  "RateLimit-Remaining": String(remaining),
  "RateLimit-Reset": String(Math.ceil(resetMs / 1_000)),
});
