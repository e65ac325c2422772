const SHORTEST_MS = 500;
const LONGEST_MS = 30_000;

/** How long to wait before the next try, after so many failed ones: anywhere from nothing to twice as long each time, so that a crowd comes back spread out. */
export function backoff(tried: number): number {
  return Math.round(Math.random() * Math.min(LONGEST_MS, SHORTEST_MS * 2 ** tried));
}
