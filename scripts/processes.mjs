import { spawn } from "node:child_process";
import { constants } from "node:os";
import { root } from "./command.mjs";

/** @typedef {{ exitCode: number, output: string }} Ended */
/** @typedef {{ env?: NodeJS.ProcessEnv, cwd?: string }} Surroundings */
/** @typedef {{ env?: NodeJS.ProcessEnv, endWhen?: Promise<void> }} InOurPlace endWhen: the program is told to end then, too */

/**
 * Runs a program silently; what it wrote is in the result, for the case that it failed.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Surroundings} [surroundings]
 * @returns {Promise<Ended>}
 */
export function runQuietly(program, args, { env = process.env, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (/** @type {Buffer} */ chunk) => void (output += chunk);
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const signals = passSignalsOn(child);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      signals.release();
      // Stopped on request is not failed: nobody needs to hear what it wrote until then.
      if (signals.passed()) process.exit(exitCodeOf(code, signal));
      resolve({ exitCode: exitCodeOf(code, signal), output });
    });
  });
}

/**
 * Runs a program in our place: it has the terminal, it is told to stop when we are, and its exit code is the result.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {InOurPlace} [options]
 * @returns {Promise<number>}
 */
export function handOver(program, args, { env = process.env, endWhen } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env, stdio: "inherit" });
    void endWhen?.then(() => child.kill("SIGTERM"));
    const signals = passSignalsOn(child);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      signals.release();
      resolve(exitCodeOf(code, signal));
    });
  });
}

/**
 * While a program runs, a signal to stop is its to answer; we end when it has ended.
 * @param {import("node:child_process").ChildProcess} child
 */
export function passSignalsOn(child) {
  let passed = false;
  const passOn = (/** @type {NodeJS.Signals} */ signal) => {
    passed = true;
    // Ctrl-C in a terminal reaches the program by itself; a second one would be taken for impatience.
    const heardByAll = signal === "SIGINT" && process.stdin.isTTY;
    if (!heardByAll) child.kill(signal);
  };
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  for (const signal of signals) process.on(signal, passOn);
  const orphaned = onOrphaned(() => passOn("SIGTERM"));
  const release = () => {
    for (const signal of signals) process.off(signal, passOn);
    clearInterval(orphaned);
  };
  return { passed: () => passed, release };
}

/**
 * npm runs us through a shell, and when npm is told to end it tells only that shell, which dies without a word to us.
 * @param {() => void} act
 */
function onOrphaned(act) {
  const isRunByNpm = process.env.npm_lifecycle_event !== undefined;
  if (!isRunByNpm) return undefined;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    act();
  }, 200);
  return look;
}

/**
 * What a shell would call the end of a process: 128 and the signal's number where a signal ended it.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
export function exitCodeOf(code, signal) {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
