import "./require-node-20.mjs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWebApp } from "./build-web-app.mjs";
import { findChromium } from "./chromium.mjs";
import { command, PlainFailure, step } from "./command.mjs";
import { currentNode } from "./current-node.mjs";
import { installPackages } from "./install-packages.mjs";
import { handOver, runQuietly } from "./processes.mjs";
import { startTemporaryPostgres } from "./temporary-postgres.mjs";
import { canStartRedis } from "./temporary-redis.mjs";
import { countPlaywright, countVitest } from "./test-counts.mjs";

/** @typedef {import("./test-counts.mjs").Counts} Counts */

const storiesFolder = "apps/web/e2e";
// No test waits for a time to pass: it ends by what happens, and this only keeps a busy machine from ending it first.
const patience = ["--testTimeout=60000", "--hookTimeout=60000"];
// A file on each core: they wait for databases and sockets more than they compute, and by itself vitest leaves one core out.
const workers = "--maxWorkers=100%";
const noCounts = { passed: 0, failed: 0, skipped: 0 };

// Everything, or what the arguments name: folders and files from the root folder, like packages/core or one story of apps/web/e2e.
await command(async () => {
  const paths = process.argv.slice(2);
  const stories = paths.filter((path) => path.startsWith(storiesFolder));
  const tests = paths.filter((path) => !path.startsWith(storiesFolder));
  const everything = paths.length === 0;

  await installPackages();
  const node = currentNode();
  /** @type {Part[]} */
  const parts = [];
  const reports = mkdtempSync(join(tmpdir(), "tertulia-test-"));
  try {
    parts.push(await checkTypesAndStyle(node, paths));
    // Some tests look at what was built, as the browser does.
    if (everything || paths.some((path) => path.startsWith("apps/web"))) parts.push(await build(node));
    if (everything || tests.length > 0) parts.push(await runTests(node, tests, join(reports, "vitest.json")));
    if (everything || stories.length > 0) parts.push(await runStories(node, stories, join(reports, "playwright.json")));
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
  return summarise(parts);
});

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {number} exitCode
 * @property {Counts} counts
 * @property {string} [leftOut] what couldn't be tested here, and for want of what
 */

/**
 * @param {string} node
 * @param {readonly string[]} paths
 * @returns {Promise<Part>}
 */
async function checkTypesAndStyle(node, paths) {
  const workspaces = new Set(paths.map(workspaceOf));
  const filters = [...workspaces].map((workspace) => `--filter=${workspace}`);
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1" };
  const args = ["node_modules/turbo/bin/turbo", "run", "check", "check:scripts", "--output-logs=errors-only", "--continue", ...filters];
  const { exitCode, output } = await step("Checking types and style", () => runQuietly(node, args, { env }));
  if (exitCode !== 0) console.log(paths.length === 0 ? eachErrorOnce(output) : output);
  return { name: "Types and style", exitCode, counts: noCounts };
}

/** @param {string} path */
function workspaceOf(path) {
  const [folder, name] = path.split("/");
  if (folder === "scripts") return "//";
  return folder === "examples" ? "./examples" : `./${folder}/${name}`;
}

/**
 * A package's own errors; those of the packages it imports are told by their own checks.
 * @param {string} output
 */
function eachErrorOnce(output) {
  return output.split("\n").filter((line) => !/:check: (\.\.\/|npm )/.test(line)).join("\n");
}

/**
 * @param {string} node
 * @returns {Promise<Part>}
 */
async function build(node) {
  try {
    await buildWebApp(node);
    return { name: "Build", exitCode: 0, counts: noCounts };
  } catch (failure) {
    if (!(failure instanceof PlainFailure)) throw failure;
    console.log(failure.message);
    return { name: "Build", exitCode: 1, counts: noCounts };
  }
}

/**
 * @param {string} node
 * @param {readonly string[]} paths
 * @param {string} report
 * @returns {Promise<Part>}
 */
async function runTests(node, paths, report) {
  heading("Tests");
  const given = process.env.TEST_DATABASE_URL;
  const postgres = given === undefined ? await step("Starting a Postgres for the tests", startTemporaryPostgres) : undefined;
  const url = given ?? postgres?.url;
  const env = url === undefined ? process.env : { ...process.env, TEST_DATABASE_URL: url };
  const args = ["node_modules/vitest/vitest.mjs", "run", "--passWithNoTests", ...patience, workers, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...paths];
  try {
    const exitCode = await run(node, args, env);
    const leftOut = [
      ...(url === undefined ? ["the tests on Postgres (there is no initdb here; TEST_DATABASE_URL can name a server instead)"] : []),
      // Each of those starts a Redis of its own, to end it and stop it dead.
      ...(canStartRedis() ? [] : ["the tests on Redis (there is no redis-server here)"]),
    ].join("; ");
    return { name: "Tests", exitCode, counts: countVitest(report), ...(leftOut && { leftOut }) };
  } finally {
    await postgres?.stop();
  }
}

/**
 * @param {string} node
 * @param {readonly string[]} paths
 * @param {string} report
 * @returns {Promise<Part>}
 */
async function runStories(node, paths, report) {
  heading("Stories in the browser");
  if ((await findChromium()) === undefined) {
    return { name: "Stories", exitCode: 0, counts: noCounts, leftOut: "the stories in the browser (there is no Chromium here)" };
  }
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const args = ["node_modules/@playwright/test/cli.js", "test", "--config=apps/web/playwright.config.ts", "--pass-with-no-tests", "--reporter=list,json", ...paths];
  return { name: "Stories", exitCode: await run(node, args, env), counts: countPlaywright(report) };
}

/** @param {string} title */
function heading(title) {
  console.log(`\n== ${title}`);
}

/**
 * @param {string} node
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function run(node, args, env) {
  const exitCode = await handOver(node, args, { env });
  if (exitCode > 128) throw new PlainFailure("The test run was stopped.");
  return exitCode;
}

/**
 * @param {readonly Part[]} parts
 * @returns {number} the exit code of the whole run
 */
function summarise(parts) {
  heading("Summary");
  const total = { passed: 0, failed: 0 };
  for (const { name, exitCode, counts, leftOut } of parts) {
    const mustNotBeLeftOut = leftOut !== undefined && process.env.CI === "true";
    // A part that fails without a test to blame (a type, a style, a crash) is one failure of its own.
    const failed = counts.failed || (exitCode !== 0 || mustNotBeLeftOut ? 1 : 0);
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
    console.log(`${name}: ${counts === noCounts ? (failed ? "failed" : "fine") : `${counts.passed} passed, ${failed} failed${skipped}`}`);
    if (leftOut !== undefined) console.log(`Left out: ${leftOut}`);
    total.passed += counts.passed;
    total.failed += failed;
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}
