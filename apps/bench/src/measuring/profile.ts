import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The parts we need of what --cpu-prof writes. */
interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

export interface SelfTime {
  where: string;
  share: number;
}

/** In which functions themselves, not in what they call, the time of all profiles in a folder was spent; most first. Idle time is left out. */
export function selfTimes(folder: string): SelfTime[] {
  const times = new Map<string, number>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".cpuprofile"))) addTimes(JSON.parse(readFileSync(join(folder, file), "utf8")), times);
  const all = times.values().reduce((sum, time) => sum + time, 0);
  return [...times].map(([where, time]) => ({ where, share: time / all })).toSorted((a, b) => b.share - a.share);
}

function addTimes({ nodes, samples, timeDeltas }: Profile, times: Map<string, number>): void {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  for (const [index, sample] of samples.entries()) {
    const where = names.get(sample) ?? "";
    if (where !== "(idle)") times.set(where, (times.get(where) ?? 0) + (timeDeltas[index] ?? 0));
  }
}

function nameOf({ functionName, url, lineNumber }: Profile["nodes"][number]["callFrame"]): string {
  const name = functionName === "" ? "(anonymous)" : functionName;
  return url === "" ? name : `${name} ${url.split("/").slice(-3).join("/")}:${lineNumber + 1}`;
}
