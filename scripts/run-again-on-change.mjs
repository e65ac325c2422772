import { watch } from "node:fs";
import { join } from "node:path";
import { root } from "./command.mjs";
import { handOver } from "./processes.mjs";

const SAVED_TOGETHER_MS = 100;

/**
 * Runs a program, and anew whenever a source changes, until it is told to end. Node's own --watch isn't for us: it watches what is
 * loaded, which includes every page that Next compiles, and its reports confuse Next's workers.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {readonly string[]} folders where the sources are, from the root folder
 * @returns {Promise<number>} the exit code of the last run
 */
export async function runAgainOnChange(program, args, folders) {
  for (;;) {
    const change = nextChange(folders);
    const exitCode = await handOver(program, args, { endWhen: change.happened });
    const endedByMistake = exitCode > 0 && exitCode <= 128;
    if (!change.hasHappened() && !endedByMistake) {
      change.forget();
      return exitCode;
    }
    if (!change.hasHappened()) console.log("It ended by a mistake: it starts again with the next change.");
    await change.happened;
  }
}

/** @param {readonly string[]} folders */
function nextChange(folders) {
  const watching = new AbortController();
  /** @type {Promise<void>} */
  const happened = new Promise((resolve) => {
    const look = (/** @type {unknown} */ _, /** @type {string | null} */ file) => {
      if (file === null || !file.endsWith(".ts") || file.endsWith(".test.ts")) return;
      watching.abort();
      setTimeout(resolve, SAVED_TOGETHER_MS);
    };
    for (const folder of folders) watch(join(root, folder), { recursive: true, signal: watching.signal }, look);
  });
  return { happened, hasHappened: () => watching.signal.aborted, forget: () => watching.abort() };
}
