import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PlainFailure, root, step } from "./command.mjs";
import { runQuietly } from "./processes.mjs";

/** @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, [field: string]: unknown }} LockEntry */
/** @typedef {Record<string, LockEntry>} Lock paths below the root folder ("packages/core", "node_modules/zod") and what is there */

const quietly = ["--no-audit", "--no-fund", "--no-progress", "--prefer-offline", "--loglevel=error"];
// By itself npm waits for over a minute before it says that there is no network.
const tryingAgainSoon = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=4000"];

/** Brings node_modules to what package-lock.json names, if it isn't there already. */
export async function installPackages() {
  if (isInstalled()) return;
  refuseReadOnlyFolder();
  await step("Installing packages (half a minute the first time)", async () => {
    const { exitCode, output } = await runNpm(["ci", ...quietly, ...tryingAgainSoon]);
    if (exitCode !== 0) throw new PlainFailure(reasonOf(output));
  });
}

/** npm keeps its own record of what it put into node_modules, written last: so it is true after any install, and absent after a broken one. */
function isInstalled() {
  const wanted = readLock("package-lock.json");
  const present = readLock("node_modules/.package-lock.json");
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith("node_modules/")) return isLocked(path, wanted);
    const found = present[path];
    return found === undefined ? entry.optional === true : isSamePackage(entry, found);
  });
}

/**
 * @param {string} path
 * @returns {Lock}
 */
function readLock(path) {
  const file = join(root, path);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {};
}

/**
 * Whether the lock has just what a workspace's package.json asks for. Versions are pinned, so they can be compared as they stand.
 * @param {string} workspace its folder, "" for the root
 * @param {Lock} lock
 */
function isLocked(workspace, lock) {
  const file = join(root, workspace, "package.json");
  if (!existsSync(file)) return false;
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readFileSync(file, "utf8"));
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).every(([name, version]) => {
    const entry = lock[`${workspace}/node_modules/${name}`] ?? lock[`node_modules/${name}`];
    return entry?.link === true || entry?.version === version;
  });
}

/**
 * @param {LockEntry} one
 * @param {LockEntry} other
 */
function isSamePackage(one, other) {
  return one.version === other.version && one.integrity === other.integrity && one.link === other.link;
}

function refuseReadOnlyFolder() {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    throw new PlainFailure(cannotWrite());
  }
}

/** @param {readonly string[]} args */
async function runNpm(args) {
  try {
    // Under "npm start" this very npm; not the one on the path, which might run on the Node that it is about to replace.
    const { npm_execpath: ourNpm, npm_node_execpath: itsNode } = process.env;
    if (itsNode !== undefined && ourNpm?.endsWith("npm-cli.js")) return await runQuietly(itsNode, [ourNpm, ...args]);
    return await runQuietly("npm", args);
  } catch (failure) {
    if (failure instanceof Error && "code" in failure && failure.code === "ENOENT") {
      throw new PlainFailure("Tertulia installs its packages with npm, and npm isn't on the path: install it (it comes with Node from https://nodejs.org).");
    }
    throw failure;
  }
}

/** @param {string} output what npm wrote */
function reasonOf(output) {
  if (/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/.test(output)) {
    return "Tertulia couldn't reach the npm registry to install its packages: check the network (or npm's proxy and registry settings) and start again.";
  }
  if (/\b(EACCES|EPERM|EROFS)\b/.test(output)) return cannotWrite();
  if (/\bENOSPC\b/.test(output)) return "The disk filled up while Tertulia's packages were being installed: free about 1.5 GB and start again.";
  if (/\bEUSAGE\b/.test(output)) {
    return "A package.json and package-lock.json name different packages: run \"npm install\" to bring them together, then start again.";
  }
  return `npm couldn't install Tertulia's packages. It said:\n${output.trim()}`;
}

function cannotWrite() {
  return `Tertulia can't write to ${root}: give your user the right to, or clone it into a folder of your own.`;
}
