import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { readArguments } from "./arguments.ts";
import { pinEverythingElse } from "./machine.ts";
import { selfTimes } from "./measuring/profile.ts";
import { pageOf } from "./page.ts";
import type { Bench, Detail, Finding, Row } from "./row.ts";
import { rows } from "./rows/all.ts";
import { openDatabases } from "./servers/databases.ts";
import { tableOf } from "./table.ts";

const PAGE = fileURLToPath(new URL("../../../docs/benchmarks.md", import.meta.url));
const FUNCTIONS_SHOWN = 40;
const { only, rounds, quick, profileTo } = readArguments(process.argv.slice(2), rows.map(({ name }) => name));
const say = (sentence: string) => void process.stdout.write(`${sentence}\n`);

const pinning = pinEverythingElse();
say(pinning ? `The server has core ${pinning.server} to itself; all else that is started here runs on ${pinning.rest}.` : "Nothing is pinned here: that takes taskset and two cores.");
await using databases = await openDatabases();
say(`On ${databases.name}.`);

const findings: Finding[] = [];
const details = new Map<string, Detail[]>();
for (const row of rows) {
  if (!only.includes(row.name)) continue;
  say(`\n${row.name}`);
  const kept: Detail[] = [];
  const bench: Bench = { databases, pinning, rounds, quick, profileTo: profileTo === null ? null : resolve(profileTo), say, keep: (detail) => void kept.push(detail) };
  findings.push(...(await runRow(row, bench)));
  if (kept.length > 0) details.set(row.name, kept);
  keepPage();
}

say(`\n${tableOf(findings)}`);
if (profileTo !== null) {
  say(`\nWhere our server spent its time, itself (profiles in ${profileTo}):`);
  for (const { where, share } of selfTimes(resolve(profileTo)).slice(0, FUNCTIONS_SHOWN)) say(`${(share * 100).toFixed(1).padStart(5)} % ${where}`);
}

/** After each row, so that a run that is cut short has kept what it measured. */
function keepPage(): void {
  if (quick || profileTo !== null || only.length < rows.length) return;
  writeFileSync(PAGE, pageOf({ findings, details, database: databases.name, pinning, rounds, at: new Date() }));
  say("Kept in docs/benchmarks.md.");
}

/** A row that fails is told in the table and keeps no other from being measured. */
async function runRow(row: Row, bench: Bench): Promise<Finding[]> {
  try {
    return await row.run(bench);
  } catch (error) {
    say(inspect(error));
    return [{ measure: row.name, ours: "failed", beside: "", ratio: null, goal: "", reached: false }];
  }
}
