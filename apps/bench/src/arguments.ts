import { parseArgs } from "node:util";

export interface Arguments {
  /** The rows to run; empty: all. */
  only: string[];
  quick: boolean;
  /** The folder for our server's CPU profiles; then it alone is measured. */
  profileTo: string | null;
}

/** `npm run bench -- --only=fan-out,ack --quick --profile=/tmp/profiles` */
export function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({ args, options: { only: { type: "string" }, quick: { type: "boolean" }, profile: { type: "string" } } });
  return { only: values.only?.split(",") ?? [], quick: values.quick === true, profileTo: values.profile ?? null };
}
