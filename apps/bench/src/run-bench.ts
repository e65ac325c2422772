import { resolve } from "node:path";
import { readArguments } from "./arguments.ts";
import { pinEverythingElse } from "./machine.ts";
import { selfTimes } from "./measuring/profile.ts";
import type { Bench, Finding } from "./row.ts";
import { rows } from "./rows/all.ts";
import { openDatabases } from "./servers/databases.ts";
import { tableOf } from "./table.ts";

const FUNCTIONS_SHOWN = 40;
const { only, quick, profileTo } = readArguments(process.argv.slice(2));
const say = (sentence: string) => void process.stdout.write(`${sentence}\n`);

const pinning = pinEverythingElse();
say(pinning ? `The server has core ${pinning.server} to itself; the generator and Postgres run on ${pinning.rest}.` : "Nothing is pinned here: that takes taskset and two cores.");
await using databases = await openDatabases();
say(`On ${databases.name}.`);

const bench: Bench = { databases, pinning, rounds: quick ? 1 : 5, quick, profileTo: profileTo === null ? null : resolve(profileTo), say };
const findings: Finding[] = [];
for (const row of rows) {
  if (only.length > 0 && !only.includes(row.name)) continue;
  say(`\n${row.name}`);
  findings.push(...(await row.run(bench)));
}
say(`\n${tableOf(findings)}`);
if (bench.profileTo !== null) {
  say(`\nWhere our server spent its time, itself (profiles in ${bench.profileTo}):`);
  for (const { where, share } of selfTimes(bench.profileTo).slice(0, FUNCTIONS_SHOWN)) say(`${(share * 100).toFixed(1).padStart(5)} % ${where}`);
}
