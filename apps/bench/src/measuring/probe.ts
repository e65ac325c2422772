import { monitorEventLoopDelay } from "node:perf_hooks";

// Loaded into every measured server with --import, the same for all: answers what the process has used. It costs nothing in between.
const RESOLUTION_MS = 10;
const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
loop.enable();

process.on("message", (question) => void answer(question === "after collecting"));
process.on("disconnect", () => process.exit());
process.channel?.unref();

async function answer(collects: boolean): Promise<void> {
  // All that can be freed, and given back to the system.
  if (collects) await globalThis.gc?.({ type: "major", execution: "async", flavor: "last-resort" });
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  // What Node measures is from one look to the next, and looks are that far apart by themselves.
  process.send?.({ cpuMs: (user + system) / 1_000, rss, heap: heapUsed + external, loopDelayP99Ms: loop.percentile(99) / 1e6 - RESOLUTION_MS });
  loop.reset();
}
