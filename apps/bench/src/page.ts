import { describeMachine, type Pinning, versions } from "./machine.ts";
import type { Detail, Finding } from "./row.ts";
import { tableOf } from "./table.ts";

/** All that a run has found. */
export interface Report {
  findings: readonly Finding[];
  /** By the name of the row. */
  details: ReadonlyMap<string, readonly Detail[]>;
  database: string;
  pinning: Pinning | null;
  rounds: number;
  at: Date;
}

/** docs/benchmarks.md, as `npm run bench` writes it. */
export function pageOf(report: Report): string {
  const { findings, details, database, pinning, rounds, at } = report;
  const pinned = pinning ? `the measured server has core ${pinning.server} to itself; the load generator and what else the run starts share ${pinning.rest}` : "nothing is pinned to a core";
  return `# Benchmarks

<!-- Written by \`npm run bench\`: run it again rather than edit this. -->

Our real server beside plain ones that do the same work, on the same machine, in the same run. The ratios are what counts: absolute numbers belong to the machine.

- **When:** ${at.toISOString().slice(0, 10)}
- **Machine:** ${describeMachine()}; ${pinned}
- **Versions:** ${Object.entries(versions()).map(([name, version]) => `${name} ${version}`).join(", ")}
- **Database:** ${database}
- **Rounds:** ${rounds}, interleaved; the median counts

${tableOf(findings)}

## What is measured

**Tertulia** is the process that \`npm start\` runs, with accounts, rights, sessions, sequence, the rooms' log and limits on, and the WebSocket spoken to as \`@trpc/client\` does, or, where that is said, as the JSON protocol does. Set otherwise are three things: the limit of posts a minute is raised, only errors are logged, and the web app is served where its pages are measured and nowhere else.

| beside it | is |
| --- | --- |
| raw ws | \`ws\` and a set of sockets per room: a message is encoded once and sent to each. No accounts, no rights, no order, nothing stored |
| raw ws, merging | the same, but what comes to a room within 8 ms travels in one frame |
| raw ws + INSERT | the same as raw ws, each post stored by one prepared INSERT into a plain table through pg's pool before anyone hears of it |
| Socket.IO + INSERT | Socket.IO's rooms and answers over WebSocket alone, and the same INSERT |
| raw ws, a frame a token | reads a model's stream and sends every token to every watcher |

One load generator plays everyone in all of them. It reads no JSON: it looks through the bytes for the time that stands in each message. *generator* below is the share of a core that it took; near 1, the generator is the limit and not the server.

## Every number

${[...details].map(([row, numbers]) => `### ${row}\n\n${detailsOf(numbers)}`).join("\n\n")}

## Repeat it

\`\`\`
npm run build          # for the rows of the web app
npm run bench          # all rows, five rounds: most of an hour; nothing else should run meanwhile
npm run bench -- --rounds=3
npm run bench -- --only=fan-out,ack --quick
npm run bench -- --only=cpu --profile=./profiles
\`\`\`

It starts a Postgres of its own where one is installed, with fsync on, or takes the one at \`BENCH_DATABASE_URL\`. With neither, ours runs on the embedded database, and what needs a Postgres beside it isn't measured. \`--profile\` measures our server alone and tells in which functions its time went.
`;
}

function detailsOf(details: readonly Detail[]): string {
  const head = "| server | what | median | lowest | highest |\n| --- | --- | --- | --- | --- |";
  const numbers = ({ server, what, median, lowest, highest }: Detail) => `| ${[server, what, ...[median, lowest, highest].map(figures)].join(" | ")} |`;
  return [head, ...details.map(numbers)].join("\n");
}

const figures = (value: number): string => Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 6 });
