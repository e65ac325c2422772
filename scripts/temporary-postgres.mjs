import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { freePort } from "./free-port.mjs";

/**
 * @typedef {object} TemporaryPostgres
 * @property {string} url of a superuser, who may create databases
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} crash ends it as `pg_ctl stop -m immediate` does, as a crash would: nothing is tidied up
 * @property {() => Promise<void>} startAgain after a crash, in the same place; resolves when it is ready
 * @property {() => void} stall stops every process of it where it stands: connections stay open, nothing is answered
 * @property {() => void} goOn after a stall
 */

/** Whether Postgres is installed here. */
export const canStartPostgres = () => findBinaries() !== undefined;

/**
 * Starts a Postgres of our own for the length of a test run, in a folder and on a port that nobody else uses.
 * @param {{ fsync?: "on" | "off" }} [how] whether a commit waits for the disk: nothing that a test stores outlives it
 * @returns {Promise<TemporaryPostgres | undefined>} nothing where Postgres isn't installed
 */
export async function startTemporaryPostgres({ fsync = "off" } = {}) {
  const binaries = findBinaries();
  if (binaries === undefined) return undefined;
  const owner = process.getuid?.() === 0 ? unprivilegedUser() : undefined;
  const folder = mkdtempSync(join(tmpdir(), "tertulia-postgres-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const options = { ...owner, cwd: folder };

  const made = spawnSync(
    join(binaries, "initdb"),
    ["--pgdata", "data", "--username", "tertulia", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
    options,
  );
  if (made.status !== 0) {
    remove();
    throw new Error(`initdb failed:\n${made.stderr.toString()}`);
  }

  const port = await freePort();
  const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: "", max_connections: 200, fsync };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  // In a group of its own: Ctrl+C is for those who use it, and they still need it while they end.
  const run = () => spawn(join(binaries, "postgres"), ["-D", "data", ...args], { ...options, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  let server = run();
  try {
    await untilReady(server);
  } catch (failure) {
    remove();
    throw failure;
  }
  // A run that dies halfway takes its Postgres along.
  const stopAtOnce = () => void server.kill("SIGQUIT");
  process.once("exit", stopAtOnce);

  return {
    url: `postgres://tertulia@127.0.0.1:${port}/postgres`,
    stop: async () => {
      process.off("exit", stopAtOnce);
      // Whoever stands still hears nothing.
      signalAll(server, "SIGCONT");
      await endWith(server, "SIGINT");
      remove();
    },
    crash: () => endWith(server, "SIGQUIT"),
    startAgain: async () => {
      server = run();
      await untilReady(server);
    },
    stall: () => signalAll(server, "SIGSTOP"),
    goOn: () => signalAll(server, "SIGCONT"),
  };
}

/**
 * @param {import("node:child_process").ChildProcess} server
 * @param {NodeJS.Signals} signal
 */
async function endWith(server, signal) {
  const ended = new Promise((resolve) => server.once("exit", resolve));
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill(signal);
  await ended;
}

/**
 * To the server and to each process it has made, one for every connection.
 * @param {import("node:child_process").ChildProcess} server
 * @param {NodeJS.Signals} signal
 */
function signalAll(server, signal) {
  const all = spawnSync("ps", ["-A", "-o", "pid=,ppid="]).stdout.toString().trim().split("\n");
  const made = all.map((line) => line.trim().split(/\s+/).map(Number)).filter(([, parent]) => parent === server.pid);
  server.kill(signal);
  for (const [pid] of made) if (pid !== undefined) signalIfThere(pid, signal);
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function signalIfThere(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // Its connection ended meanwhile.
  }
}

/** The folder that holds initdb and postgres: on the path, or where Debian puts them, the newest first. */
function findBinaries() {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((one, other) => Number(other) - Number(one)) : [];
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...versions.map((version) => `${debian}/${version}/bin`)];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/** Postgres refuses to run as root. */
function unprivilegedUser() {
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((which) => spawnSync("id", [which, name]).stdout.toString().trim());
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/** @param {import("node:child_process").ChildProcess} server */
function untilReady(server) {
  return new Promise((resolve, reject) => {
    let log = "";
    const read = (/** @type {Buffer} */ chunk) => {
      log += chunk;
      if (!log.includes("ready to accept connections")) return;
      server.stderr?.off("data", read).resume();
      resolve(undefined);
    };
    server.stderr?.on("data", read);
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`Postgres didn't start:\n${log}`)));
  });
}
