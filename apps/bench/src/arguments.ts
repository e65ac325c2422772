import { parseArgs } from "node:util";

export interface Arguments {
  /** The rows to run. */
  only: readonly string[];
  /** How often each server is measured in turn; the median counts. */
  rounds: number;
  quick: boolean;
  /** The folder for our server's CPU profiles; then it alone is measured. */
  profileTo: string | null;
}

const ROUNDS = 5;

/** `npm run bench -- --only=fan-out,ack --rounds=3 --quick --profile=./profiles`. @throws if a row has no such name */
export function readArguments(args: string[], rows: readonly string[]): Arguments {
  const { values } = parseArgs({ args, options: { only: { type: "string" }, quick: { type: "boolean" }, profile: { type: "string" }, rounds: { type: "string" } } });
  const only = values.only?.split(",") ?? rows;
  const unknown = only.find((name) => !rows.includes(name));
  if (unknown !== undefined) throw new Error(`There is no row ${unknown}; there are ${rows.join(", ")}.`);
  const isShort = values.quick === true || values.profile !== undefined;
  return { only, rounds: isShort ? 1 : Math.max(1, Number(values.rounds ?? ROUNDS)), quick: values.quick === true, profileTo: values.profile ?? null };
}
