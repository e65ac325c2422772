import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.mjs";

/** What Node is told before the server starts: whatever .env sets, unless the environment sets it already. */
export function serverFlags() {
  const settings = existsSync(join(root, ".env")) ? ["--env-file=.env"] : [];
  // Running TypeScript as it is still counts as an experiment in Node 22.
  return ["--disable-warning=ExperimentalWarning", ...settings];
}
