import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.mjs";

/**
 * @typedef {object} TemporaryRedis
 * @property {string} url
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} crash ends it at once, and all that it held is gone
 * @property {() => Promise<void>} startAgain after a crash, empty, in the same place; resolves when it is ready
 * @property {() => Promise<void>} forget drops everything that it holds (FLUSHALL)
 * @property {() => void} stall stops it where it stands: connections stay open, nothing is answered
 * @property {() => void} goOn after a stall
 */

/** Whether Redis is installed here. */
export const canStartRedis = () => spawnSync("redis-server", ["--version"]).status === 0;

/** A server of a cluster talks to the others on the port 10,000 above its own. */
const HIGHEST_PORT_IN_A_CLUSTER = 55_000;

/**
 * Starts a Redis of our own that keeps nothing on disk, on a port that nobody else uses.
 * @param {{ cluster?: boolean }} [how] cluster: it can be one of a cluster, and serves nothing until it has slots
 * @returns {Promise<TemporaryRedis | undefined>} nothing where Redis isn't installed
 */
export async function startTemporaryRedis({ cluster = false } = {}) {
  if (!canStartRedis()) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "tertulia-redis-"));
  const port = await freePort(cluster ? HIGHEST_PORT_IN_A_CLUSTER : undefined);
  const settings = { bind: "127.0.0.1", port, save: "", dir: folder, ...(cluster ? { "cluster-enabled": "yes", "cluster-node-timeout": 1_000 } : {}) };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  // In a group of its own: Ctrl+C is for those who use it, and they still need it while they end.
  const run = () => spawn("redis-server", args, { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  let server = run();
  await untilReady(server);
  // A run that dies halfway takes its Redis along.
  const stopAtOnce = () => void server.kill("SIGKILL");
  process.once("exit", stopAtOnce);
  const crash = () => ended(server);

  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      process.off("exit", stopAtOnce);
      await crash();
      rmSync(folder, { recursive: true, force: true });
    },
    crash,
    startAgain: async () => {
      server = run();
      await untilReady(server);
    },
    forget: () => flush(port),
    stall: () => void server.kill("SIGSTOP"),
    goOn: () => void server.kill("SIGCONT"),
  };
}

/** @param {number} port */
function flush(port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("FLUSHALL\r\n"));
    socket.once("error", reject);
    socket.once("data", (answer) => {
      socket.destroy();
      if (answer.toString().startsWith("+OK")) resolve(undefined);
      else reject(new Error(`Redis didn't forget: ${answer.toString()}`));
    });
  });
}

/** @param {import("node:child_process").ChildProcess} server */
async function ended(server) {
  const exit = new Promise((resolve) => server.once("exit", resolve));
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill("SIGKILL");
  await exit;
}

/** @param {import("node:child_process").ChildProcess} server */
function untilReady(server) {
  return new Promise((resolve, reject) => {
    let log = "";
    const read = (/** @type {Buffer} */ chunk) => {
      log += chunk;
      if (!/ready to accept connections/i.test(log)) return;
      server.stdout?.off("data", read).resume();
      resolve(undefined);
    };
    server.stdout?.on("data", read);
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`Redis didn't start:\n${log}`)));
  });
}
