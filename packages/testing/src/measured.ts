import { appendFileSync } from "node:fs";
import { expect } from "vitest";
import { isSoak } from "./how-much.ts";

/** What a machine that is also the load's may take, and still be called well. */
const NOISE = 2;

/**
 * Notes what a test has measured, for the table that `npm run soak` prints; there each `[number, goal]` fails the test if it is more than twice
 * its goal. Numbers hang on the machine and on what else it does, so `npm test` neither asserts nor tells them.
 */
export function measured(row: string, sentence: string, ...numbers: [number: number, goal: number][]): void {
  const report = process.env["SOAK_REPORT"];
  if (report !== undefined) appendFileSync(report, `${JSON.stringify({ row, sentence })}\n`);
  // Softly: what comes after is measured all the same.
  if (isSoak) for (const [number, goal] of numbers) expect.soft(number, `[${row}] ${sentence}`).toBeLessThanOrEqual(NOISE * goal);
}

/** The value below which `share` (0–1) of all values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
