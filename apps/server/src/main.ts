import { fileURLToPath } from "node:url";
import { readConfig } from "./config.ts";
import { run } from "./run.ts";

await run(() => readConfig(process.env, fileURLToPath(new URL("../../..", import.meta.url))));
