import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "./command.mjs";

// A house with the real scripts and nothing else that is real: its builder writes down that it was called, its server what it hears.
let house: string;

beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), "tertulia-start-"));
  cpSync(join(root, "scripts"), join(house, "scripts"), { recursive: true });
  put("package.json", "{}");
  put("package-lock.json", JSON.stringify({ packages: { "": {} } }));
  put("tsconfig.json", "{}");
  put("apps/web/package.json", JSON.stringify({ dependencies: { "@tertulia/client": "0.1.0", react: "19.0.0" } }));
  put("apps/web/src/page.tsx", "hello");
  put("packages/client/package.json", JSON.stringify({ dependencies: {} }));
  put("packages/client/src/connect.ts", "connect");
  put("node_modules/next/dist/bin/next", BUILDER);
  put("apps/server/src/main.ts", SERVER);
});

afterEach(() => rmSync(house, { recursive: true, force: true }));

const BUILDER = `
  const { appendFileSync, mkdirSync } = require("node:fs");
  mkdirSync(".next", { recursive: true });
  appendFileSync("../../builds", process.env.NODE_ENV + "\\n");
`;
const SERVER = `
  const code: number = Number(process.env["END_WITH"] ?? 0);
  if (code > 0) process.exit(code);
  process.on("SIGTERM", () => process.exit(7));
  setInterval(() => {}, 1_000);
  console.log("open");
`;

test("what is built is built from the same sources only once", async () => {
  await startAndEnd();
  await startAndEnd();
  expect(builds()).toBe(1);
});

test("a changed source of the web app, or of a package it is made from, is built again", async () => {
  await startAndEnd();
  put("apps/web/src/page.tsx", "hallo");
  await startAndEnd();
  expect(builds()).toBe(2);
  put("packages/client/src/connect.ts", "reconnect");
  await startAndEnd();
  expect(builds()).toBe(3);
});

test("neither tests nor sources that were only touched are a reason to build", async () => {
  await startAndEnd();
  put("apps/web/src/page.test.ts", "a new test");
  put("apps/web/e2e/two-people-talk.story.ts", "a new story");
  utimesSync(join(house, "apps/web/src/page.tsx"), new Date(), new Date());
  await startAndEnd();
  expect(builds()).toBe(1);
});

test("the server is told to end when start is, and its exit code is start's", async () => {
  const start = spawn(process.execPath, ["scripts/start.mjs"], { cwd: house });
  await untilSaid(start, "open");
  start.kill("SIGTERM");
  expect(await ended(start)).toBe(7);
});

test("the server ends when npm is ended, though npm tells only the shell between them", async () => {
  put("package.json", JSON.stringify({ scripts: { start: "node scripts/start.mjs" } }));
  put("apps/server/src/main.ts", `${SERVER} process.on("exit", () => console.log("closed"));`);
  const npm = spawn("npm", ["start"], { cwd: house, env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}` } });
  await untilSaid(npm, "open");
  const closed = untilSaid(npm, "closed");
  npm.kill("SIGTERM");
  await expect(closed).resolves.toBeUndefined();
});

test("a server that ends by itself ends start with its code", async () => {
  const start = spawn(process.execPath, ["scripts/start.mjs"], { cwd: house, env: { ...process.env, END_WITH: "3" } });
  expect(await ended(start)).toBe(3);
});

test("settings are taken from .env, and the environment goes first", () => {
  put(".env", "END_WITH=4");
  expect(start().status).toBe(4);
  expect(start({ END_WITH: "5" }).status).toBe(5);
});

test("an old Node is told in one sentence", () => {
  const pretence = `Object.defineProperty(process.versions, "node", { value: "18.20.0" }); import("./scripts/start.mjs")`;
  const { status, stderr } = spawnSync(process.execPath, ["--eval", pretence], { cwd: house, encoding: "utf8" });
  expect(stderr).toMatch(/^Tertulia needs Node 20 or newer to start, and this is Node 18\.20\.0: .+\n$/);
  expect(status).toBe(1);
});

test("a missing npm is told in one sentence", () => {
  wantPackage();
  const { status, stderr } = start({ PATH: "", npm_execpath: "" });
  expect(stderr).toMatch(/^Tertulia installs its packages with npm, and npm isn't on the path: .+\n$/);
  expect(status).toBe(1);
});

test("a registry that doesn't answer is told in one sentence", () => {
  wantPackage();
  const { status, stderr } = start({ npm_config_registry: "http://127.0.0.1:9", npm_config_cache: join(house, "cache") });
  expect(stderr).toMatch(/^Tertulia couldn't reach the npm registry .+\n$/);
  expect(status).toBe(1);
}, 60_000);

test("a folder that can't be written to is told in one sentence", () => {
  wantPackage();
  chmodSync(house, 0o555);
  // Whoever may write everywhere has to be someone else for once.
  const someone = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { status, stderr } = spawnSync(process.execPath, ["scripts/start.mjs"], { cwd: house, encoding: "utf8", ...someone });
  chmodSync(house, 0o755);
  expect(stderr).toMatch(/^Tertulia can't write to .+\n$/);
  expect(status).toBe(1);
});

test("a package.json that the lock doesn't know is told in one sentence", () => {
  put("package.json", JSON.stringify({ dependencies: { uuid: "14.0.3" } }));
  const { status, stderr } = start();
  expect(stderr).toMatch(/^A package\.json and package-lock\.json name different packages: .+\n$/);
  expect(status).toBe(1);
});

test("two nodes that have no Redis to share say what is missing", () => {
  const env = { PATH: "", DATABASE_URL: "postgres://tertulia@127.0.0.1/tertulia" };
  const { status, stderr } = spawnSync(process.execPath, ["scripts/dev-cluster.mjs"], { cwd: house, encoding: "utf8", env });
  expect(stderr).toBe("Two nodes need a Redis that they share, and there is none here to start: install redis-server, or name one with REDIS_URL.\n");
  expect(status).toBe(1);
});

test("two nodes open one after the other, are told of together, and end together", async () => {
  put("apps/server/src/dev.ts", `process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1_000); console.log("  Stop        Ctrl+C"); console.log("port " + process.env["PORT"]);`);
  const env = { ...process.env, PORT: "3900", DATABASE_URL: "postgres://tertulia@127.0.0.1/tertulia", REDIS_URL: "redis://127.0.0.1" };
  const cluster = spawn(process.execPath, ["scripts/dev-cluster.mjs"], { cwd: house, env });
  let said = "";
  cluster.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await untilSaid(cluster, "Stop        Ctrl+C");
  cluster.kill("SIGTERM");
  expect(await ended(cluster)).toBe(0);
  expect(said).toContain("Two nodes of Tertulia are open: http://localhost:3900 and http://localhost:3901\n  Kept in     Postgres (DATABASE_URL)\n  Meet by     Redis (REDIS_URL)\n");
  expect(said).toContain("node 1 | port 3900");
});

/** A package that isn't installed. */
function wantPackage(): void {
  put("package.json", JSON.stringify({ dependencies: { uuid: "14.0.3" } }));
  const lock = { "": { dependencies: { uuid: "14.0.3" } }, "node_modules/uuid": { version: "14.0.3" } };
  put("package-lock.json", JSON.stringify({ lockfileVersion: 3, packages: lock }));
}

function start(settings: Record<string, string> = {}) {
  return spawnSync(process.execPath, ["scripts/start.mjs"], { cwd: house, encoding: "utf8", env: { ...process.env, ...settings } });
}

async function startAndEnd(): Promise<void> {
  const start = spawn(process.execPath, ["scripts/start.mjs"], { cwd: house });
  await untilSaid(start, "open");
  start.kill("SIGTERM");
  await ended(start);
}

function untilSaid(process: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout?.on("data", (chunk: Buffer) => chunk.toString().includes(words) && resolve());
    process.stdout?.once("close", () => reject(new Error(`It ended before it said "${words}"`)));
  });
}

function ended(process: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => process.once("exit", resolve));
}

function builds(): number {
  return readFileSync(join(house, "builds"), "utf8").trimEnd().split("\n").length;
}

function put(path: string, content: string): void {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), content);
}
