import { parseArgs } from "node:util";

export interface Arguments {
  /** The rows to run. */
  only: readonly string[];
  quick: boolean;
  /** The folder for our server's CPU profiles; then it alone is measured. */
  profileTo: string | null;
}

/** `npm run bench -- --only=fan-out,ack --quick --profile=/tmp/profiles`. @throws if a row has no such name */
export function readArguments(args: string[], rows: readonly string[]): Arguments {
  const { values } = parseArgs({ args, options: { only: { type: "string" }, quick: { type: "boolean" }, profile: { type: "string" } } });
  const only = values.only?.split(",") ?? rows;
  const unknown = only.find((name) => !rows.includes(name));
  if (unknown !== undefined) throw new Error(`There is no row ${unknown}; there are ${rows.join(", ")}.`);
  return { only, quick: values.quick === true, profileTo: values.profile ?? null };
}
