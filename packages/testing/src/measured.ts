import { appendFileSync } from "node:fs";

/**
 * Notes what a test has measured, for the table that `npm run soak` prints. Numbers hang on the machine and on what else it does,
 * so `npm test` neither asserts nor tells them.
 */
export function measured(row: string, sentence: string): void {
  const report = process.env["SOAK_REPORT"];
  if (report !== undefined) appendFileSync(report, `${JSON.stringify({ row, sentence })}\n`);
}

/** The value below which `share` (0–1) of all values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
