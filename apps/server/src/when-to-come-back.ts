const SOONEST_MS = 500;
const LATEST_MS = 30_000;
/** So that whoever takes them in meets no more than 1,000 a second. */
const MS_PER_CONNECTION = 1;

/** How long one of so many connections should wait before it comes back: each another while, so that they don't come in one moment (quality A22). */
export function whenToComeBack(connections: number): number {
  const spread = Math.min(LATEST_MS - SOONEST_MS, Math.max(SOONEST_MS, connections * MS_PER_CONNECTION));
  return Math.round(SOONEST_MS + Math.random() * spread);
}
