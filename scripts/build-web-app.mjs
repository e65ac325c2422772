import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PlainFailure, root, step } from "./command.mjs";
import { filesBelow, fingerprintOfContents, fingerprintOfStats } from "./fingerprint.mjs";
import { runQuietly } from "./processes.mjs";
import { serverFlags } from "./server-flags.mjs";

/** @typedef {{ stats: string, contents: string }} Stamp what the web app was last built from */

const stampFile = join(root, "apps/web/.next/built-from.json");
const isNoInput = (/** @type {string} */ path) =>
  /\/(node_modules|\.next|\.turbo|e2e|test-results|playwright-report)$|\.test\.tsx?$|\.tsbuildinfo$|\/next-env\.d\.ts$/.test(path);

/**
 * Builds the web app unless it stands built from the very same sources.
 * @param {string} node the Node to build with
 */
export async function buildWebApp(node) {
  const files = filesBelow(["package-lock.json", "tsconfig.json", ...workspacesOf("apps/web")], isNoInput);
  const last = readStamp();
  const stats = fingerprintOfStats(files);
  if (last?.stats === stats) return;
  const contents = fingerprintOfContents(files);
  if (last?.contents !== contents) await step("Building the web app", () => Promise.all([build(node), makeDatabaseTemplate(node)]));
  writeFileSync(stampFile, JSON.stringify({ stats, contents }));
}

/**
 * A workspace and all workspaces it is made from.
 * @param {string} workspace
 * @returns {string[]}
 */
function workspacesOf(workspace, found = [workspace]) {
  const { dependencies } = JSON.parse(readFileSync(join(root, workspace, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    const folder = name.replace("@tertulia/", "packages/");
    if (folder === name || found.includes(folder)) continue;
    found.push(folder);
    workspacesOf(folder, found);
  }
  return found;
}

/** @returns {Stamp | undefined} */
function readStamp() {
  return existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, "utf8")) : undefined;
}

/**
 * What a first start copies instead of making a database, which takes seconds. It is made beside the longer build, and only made sooner
 * by it: without it, the first start makes its own.
 * @param {string} node
 */
async function makeDatabaseTemplate(node) {
  await runQuietly(node, [...serverFlags(), "packages/db/src/embedded/build-template.ts"], { cwd: root, env: process.env });
}

/** @param {string} node */
async function build(node) {
  rmSync(stampFile, { force: true });
  const next = join(root, "node_modules/next/dist/bin/next");
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const { exitCode, output } = await runQuietly(node, [next, "build"], { env, cwd: join(root, "apps/web") });
  if (exitCode === 0) return;
  if (/\b(EACCES|EPERM|EROFS)\b/.test(output)) throw new PlainFailure(`Tertulia can't write to ${join(root, "apps/web/.next")}: give your user the right to.`);
  throw new PlainFailure(`The web app couldn't be built. Next.js said:\n${output.trim()}`);
}
