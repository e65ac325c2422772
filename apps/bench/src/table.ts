import type { Finding } from "./row.ts";

/** What a ratio is to be. */
export type Goal = { atLeast: number } | { atMost: number };

/** One server's number, by its name. */
export interface Result {
  name: string;
  value: number;
}

/** Ours beside another's; null if the other one wasn't measured. */
export function compare(measure: string, show: (value: number) => string, ours: number, other: Result | null, goal: Goal): Finding {
  const wanted = "atLeast" in goal ? `≥ ${goal.atLeast}×` : `≤ ${goal.atMost}×`;
  if (!other) return { measure, ours: show(ours), beside: "not measured", ratio: null, goal: wanted, reached: null };
  const ratio = ours / other.value;
  const reached = "atLeast" in goal ? ratio >= goal.atLeast : ratio <= goal.atMost;
  return { measure, ours: show(ours), beside: `${other.name} ${show(other.value)}`, ratio, goal: wanted, reached };
}

/** Ours by itself, which is to be at most so much. */
export function within(measure: string, show: (value: number) => string, ours: number, most: number): Finding {
  return { measure, ours: show(ours), beside: "", ratio: null, goal: `≤ ${show(most)}`, reached: ours <= most };
}

/** What can't be shown on this machine, and why. */
export const notShown = (measure: string, why: string, goal: string): Finding => ({ measure, ours: why, beside: "", ratio: null, goal, reached: null });

/** 1234567 → "1.23 million", 45678 → "45,700". */
export function count(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} million`;
  return Number(value.toPrecision(3)).toLocaleString("en");
}

/** Three figures are as much as a measurement is worth. */
export const milliseconds = (value: number): string => `${Number(value.toPrecision(3))} ms`;
export const kilobytes = (value: number): string => `${Number((value / 1_024).toPrecision(3))} KB`;

/** The findings as a table in Markdown, which is readable in a terminal too. */
export function tableOf(findings: readonly Finding[]): string {
  const head = ["measure", "Tertulia", "beside it", "ratio", "goal", "reached"];
  const rows = findings.map(({ measure, ours, beside, ratio, goal, reached }) => [measure, ours, beside, ratio === null ? "–" : `${ratio.toFixed(2)}×`, goal, verdict(reached)]);
  const lines = [head, head.map(() => "---"), ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0, cell === "---" ? "-" : " ")).join(" | ")} |`).join("\n");
}

const verdict = (reached: boolean | null): string => (reached === null ? "not shown" : reached ? "yes" : "**no**");
