import { fileURLToPath } from "node:url";

/** The folder that holds the whole of Tertulia. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** A failure that the person at the keyboard can mend: its message is the one sentence they need. */
export class PlainFailure extends Error {}

/**
 * Runs a command to its end; its result is the exit code. A plain failure is told as its sentence and nothing more.
 * @param {() => Promise<number>} work
 */
export async function command(work) {
  try {
    process.exitCode = await work();
  } catch (failure) {
    console.error(failure instanceof PlainFailure ? failure.message : failure);
    process.exitCode = 1;
  }
}

/**
 * Tells what is being done and, once it is done, how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const startedAt = Date.now();
  process.stdout.write(`${title} … `);
  try {
    const result = await work();
    process.stdout.write(`${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (failure) {
    process.stdout.write("failed\n");
    throw failure;
  }
}
