import { Refusal, type RefusalCode, refusalCodes } from "@tertulia/model/refusals";

/** next-auth tells a page why it didn't sign someone in by one word in an address: our code, and how long to wait where that is why. */
export function refusalToUrl(refusal: Refusal): string {
  const wait = refusal.details["retryAfterMs"];
  return wait === undefined ? refusal.code : `${refusal.code}:${wait}`;
}

/** What a page reads back: null for words of next-auth's own. */
export function refusalFromUrl(word: string): { code: RefusalCode; retryAfterMs: number | null } | null {
  const [code, wait] = word.split(":");
  const known = refusalCodes.find((candidate) => candidate === code);
  return known ? { code: known, retryAfterMs: wait === undefined ? null : Number(wait) } : null;
}
