import { once } from "node:events";
import { Worker } from "node:worker_threads";

export interface StopWatch extends AsyncDisposable {
  /** The longest stop so far, in milliseconds. Ends the watch. */
  longest(): Promise<number>;
}

/**
 * Watches how long a server's event loop stands still, as whoever asks for the least of its answers (`/healthz`) finds it: from a thread of its own,
 * since the test's has its hands full.
 */
export async function watchStops(url: string): Promise<StopWatch> {
  const worker = new Worker(new URL("./stops-worker.ts", import.meta.url), { workerData: url });
  await once(worker, "message");
  return {
    async longest() {
      worker.postMessage("over");
      const [longest]: unknown[] = await once(worker, "message");
      return Number(longest);
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}
