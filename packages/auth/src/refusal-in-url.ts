import type { Refusal } from "@tertulia/model/refusals";

/** next-auth tells a page why it didn't sign someone in by one word in an address: our code, and how long to wait where that is why. */
export function refusalToUrl({ code, details: { retryAfterMs } }: Refusal): string {
  return retryAfterMs === undefined ? code : `${code}:${retryAfterMs}`;
}
