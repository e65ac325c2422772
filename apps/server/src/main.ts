import { fileURLToPath } from "node:url";
import { environmentOf, readConfig } from "./config.ts";
import { run } from "./run.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

await run(() => readConfig(environmentOf(ROOT), ROOT));
