import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, release, totalmem } from "node:os";

/** Where the measured server and everything else run. Null where nothing can be pinned. */
export interface Pinning {
  server: string;
  /** The load generator, and Postgres where there are no more cores. */
  rest: string;
}

/** Gives the server under measurement the first core for itself, and keeps this process, and what it starts, off it. */
export function pinEverythingElse(): Pinning | null {
  const cores = availableParallelism();
  if (cores < 2 || spawnSync("taskset", ["-V"]).status !== 0) return null;
  const rest = cores === 2 ? "1" : `1-${cores - 1}`;
  const pinned = spawnSync("taskset", ["-a", "-p", "-c", rest, String(process.pid)]);
  return pinned.status === 0 ? { server: "0", rest } : null;
}

/** What was measured on, as the page tells it. */
export function describeMachine(): string {
  const [processor] = cpus();
  return `${cpus().length} × ${processor?.model.trim() ?? "an unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`;
}

export function versions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const of = (name: string) => {
    const { version }: { version: string } = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8"));
    return version;
  };
  return { node: process.versions.node, ws: of("ws"), "socket.io": of("socket.io"), "@trpc/server": of("@trpc/server"), pg: of("pg") };
}
