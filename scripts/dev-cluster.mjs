import "./require-node-20.mjs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildWebApp } from "./build-web-app.mjs";
import { command, PlainFailure, root, step } from "./command.mjs";
import { currentNode } from "./current-node.mjs";
import { installPackages } from "./install-packages.mjs";
import { exitCodeOf, passSignalsOn } from "./processes.mjs";
import { serverFlags } from "./server-flags.mjs";
import { startTemporaryPostgres } from "./temporary-postgres.mjs";
import { startTemporaryRedis } from "./temporary-redis.mjs";

/** @typedef {{ url: string, isOurs: boolean, stop: () => Promise<void> }} Shared what both nodes stand on */

// Two nodes on this machine, to try how they work together: pages as they were built, the cast seeded, an assistant without a network.
await command(async () => {
  await installPackages();
  const node = currentNode();
  await buildWebApp(node);
  const postgres = await named("DATABASE_URL", "a Postgres", startTemporaryPostgres, "postgresql");
  try {
    const redis = await named("REDIS_URL", "a Redis", startTemporaryRedis, "redis-server");
    try {
      return await runNodes(node, postgres, redis);
    } finally {
      await redis.stop();
    }
  } finally {
    await postgres.stop();
  }
});

/**
 * The one that the environment names, or one that we start and that is gone with us.
 * @param {string} setting
 * @param {string} what
 * @param {() => Promise<{ url: string, stop: () => Promise<void> } | undefined>} start
 * @param {string} program
 * @returns {Promise<Shared>}
 */
async function named(setting, what, start, program) {
  const url = process.env[setting];
  if (url) return { url, isOurs: false, stop: async () => {} };
  const ours = await step(`Starting ${what} for the two nodes`, start);
  if (ours) return { ...ours, isOurs: true };
  throw new PlainFailure(`Two nodes need ${what} that they share, and there is none here to start: install ${program}, or name one with ${setting}.`);
}

/**
 * @param {string} node
 * @param {Shared} postgres
 * @param {Shared} redis
 */
async function runNodes(node, postgres, redis) {
  const port = Number(process.env.PORT || 3000);
  const surroundings = { ...process.env, NODE_ENV: "production", DATABASE_URL: postgres.url, REDIS_URL: redis.url, DATA_DIR: process.env.DATA_DIR || join(root, "data/cluster") };
  const first = startNode(node, "node 1", { ...surroundings, PORT: String(port) });
  // The first one makes the tables and seeds the cast, so that the second has nothing to do.
  if (!(await first.opened)) return first.ended;
  const second = startNode(node, "node 2", { ...surroundings, PORT: String(port + 1) });
  if (!(await second.opened)) {
    first.end();
    await first.ended;
    return second.ended;
  }
  console.log(
    [
      `Two nodes of Tertulia are open: http://localhost:${port} and http://localhost:${port + 1}`,
      `  Kept in     ${postgres.isOurs ? "a Postgres that is gone when you stop; DATABASE_URL names one that stays" : "Postgres (DATABASE_URL)"}`,
      `  Meet by     ${redis.isOurs ? "a Redis of their own" : "Redis (REDIS_URL)"}`,
      `  People      mira, tomas, wen; the password is "<name> likes long walks"`,
      "  Stop        Ctrl+C",
    ].join("\n"),
  );
  return Math.max(...(await Promise.all([first.ended, second.ended])));
}

/**
 * @param {string} node
 * @param {string} name what its lines begin with, once it is open
 * @param {NodeJS.ProcessEnv} env
 */
function startNode(node, name, env) {
  const child = spawn(node, [...serverFlags(), "apps/server/src/dev.ts"], { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
  const signals = passSignalsOn(child);
  let tellOpened = (/** @type {boolean} */ _) => {};
  /** @type {Promise<boolean>} */
  const opened = new Promise((resolve) => (tellOpened = resolve));
  let isOpen = false;
  createInterface({ input: child.stdout }).on("line", (line) => {
    // What it says of itself when it opens is said for both, below.
    if (isOpen) console.log(`${name} | ${line}`);
    if (!line.startsWith("  Stop ")) return;
    isOpen = true;
    tellOpened(true);
  });
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    child.on("close", (code, signal) => {
      signals.release();
      tellOpened(false);
      resolve(exitCodeOf(code, signal));
    });
  });
  return { opened, ended, end: () => void child.kill("SIGTERM") };
}
