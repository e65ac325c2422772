import { monitorEventLoopDelay } from "node:perf_hooks";

// Loaded into every measured server with --import, the same for all: answers what the process has used. It costs nothing in between.
const loop = monitorEventLoopDelay({ resolution: 10 });
loop.enable();

process.on("message", (question) => {
  if (question === "after collecting") {
    globalThis.gc?.();
    globalThis.gc?.();
  }
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ cpuMs: (user + system) / 1_000, rss, heap: heapUsed + external, loopDelayP99Ms: loop.percentile(99) / 1e6 });
  loop.reset();
});
process.on("disconnect", () => process.exit());
process.channel?.unref();
