import "./require-node-20.mjs";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, PlainFailure, step } from "./command.mjs";
import { currentNode } from "./current-node.mjs";
import { installPackages } from "./install-packages.mjs";
import { handOver } from "./processes.mjs";
import { startTemporaryPostgres } from "./temporary-postgres.mjs";

// Where the faults of docs/faults.md are shown; each of these takes its numbers from packages/testing/src/how-much.ts.
const suites = [
  "packages/db/src/embedded/data-folder.test.ts",
  "packages/db/src/embedded/watchdog.test.ts",
  "packages/db/src/postgres/open-postgres.test.ts",
  "packages/core/src/messages",
  "packages/core/src/reads",
  "packages/core/src/feed",
  "packages/core/src/presence",
  "packages/core/src/typing",
  "packages/core/src/assistants/run-desk.test.ts",
  "packages/trpc/src/gate",
  "packages/trpc/src/contract.test.ts",
  "packages/trpc/src/pipelining.test.ts",
  "packages/client/src/connection",
  "packages/client/src/room",
  "apps/server/src/killed.test.ts",
  "apps/server/src/starting.test.ts",
  "apps/server/faults",
  "packages/testing/src/doors/fuzz",
];
const DAY_MS = 24 * 60 * 60 * 1_000;
const SOCKETS_NEED = 16_000;

// The faults in their full numbers, one suite after the other, or those that the arguments name. Takes hours: an idle machine, please.
await command(async () => {
  const named = process.argv.slice(2);
  await installPackages();
  const node = currentNode();
  const postgres = await step("Starting a Postgres", startTemporaryPostgres);
  if (postgres === undefined) throw new PlainFailure("There is no Postgres here to start: install one, the soak needs its initdb.");
  const folder = mkdtempSync(join(tmpdir(), "tertulia-soak-"));
  const report = join(folder, "report");
  /** @type {string[]} */
  const failed = [];
  try {
    for (const suite of named.length > 0 ? named : suites) {
      const env = { ...process.env, SOAK: "1", SOAK_REPORT: report, TEST_DATABASE_URL: process.env.TEST_DATABASE_URL ?? postgres.url };
      const vitest = `"${node}" node_modules/vitest/vitest.mjs run "${suite}" --no-file-parallelism --testTimeout=${DAY_MS} --hookTimeout=${DAY_MS}`;
      // Five thousand that can be cut off are three descriptors each here; ten thousand one, here and in the server. Where the system gives fewer, the row says so by failing.
      const exitCode = await handOver("sh", ["-c", `ulimit -n ${SOCKETS_NEED} 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec ${vitest}`], { env });
      if (exitCode > 128) throw new PlainFailure("The soak was stopped.");
      if (exitCode !== 0) failed.push(suite);
    }
    tell(report);
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  for (const suite of failed) console.log(`Failed: ${suite}`);
  return failed.length === 0 ? 0 : 1;
});

/** @param {string} report */
function tell(report) {
  const lines = existsSync(report) ? readFileSync(report, "utf8").trimEnd().split("\n") : [];
  const rows = lines.map((line) => JSON.parse(line)).sort((one, other) => Number(one.row.slice(1)) - Number(other.row.slice(1)));
  console.log("\n== What was measured");
  for (const { row, sentence } of rows) console.log(`${row.padEnd(4)} ${sentence}`);
}
