import { expect, test } from "vitest";
import { whenToComeBack } from "./when-to-come-back.ts";

test("[A22] the more are connected, the longer the time over which they come back, and never over 30 s", () => {
  for (const [connections, latest] of [[1, 1_000], [5_000, 5_500], [1_000_000, 30_000]] as const) {
    const waits = Array.from({ length: 1_000 }, () => whenToComeBack(connections));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...waits)).toBeLessThanOrEqual(latest);
    expect(Math.max(...waits)).toBeGreaterThan(latest * 0.9);
    expect(new Set(waits).size).toBeGreaterThan(100);
  }
});
