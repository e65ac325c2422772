import { setTimeout as pause } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

const ASKS_EVERY_MS = 2;
const url: string = workerData;

let isOver = false;
let longest = 0;
parentPort?.once("message", () => (isOver = true));
for (let asked = 0; !isOver; asked++) {
  const began = performance.now();
  await (await fetch(`${url}/healthz`)).arrayBuffer();
  // The first one had to connect.
  if (asked === 0) parentPort?.postMessage("watching");
  else longest = Math.max(longest, performance.now() - began);
  await pause(ASKS_EVERY_MS);
}
parentPort?.postMessage(longest);
