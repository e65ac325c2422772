import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "./command.mjs";

let house: string;

beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), "tertulia-dev-"));
  cpSync(join(root, "scripts"), join(house, "scripts"), { recursive: true });
  mkdirSync(join(house, "src"));
  save("program.ts", PROGRAM);
  save("runner.mjs", `import { runAgainOnChange } from "../scripts/run-again-on-change.mjs"; process.exitCode = await runAgainOnChange(process.execPath, ["src/program.ts"], ["src"]);`);
});

afterEach(() => rmSync(house, { recursive: true, force: true }));

const PROGRAM = `process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1_000); console.log("first");`;

test("a program runs again when a source changes, not when a test does, and ends when it is told to", async () => {
  await using run = start();
  expect(await run.line()).toBe("first");
  save("program.test.ts", "a test");
  save("program.ts", PROGRAM.replace("first", "second"));
  expect(await run.line()).toBe("second");
  run.process.kill("SIGTERM");
  expect(await run.ended).toBe(0);
});

test("a program that ended by a mistake runs again once the mistake is mended", async () => {
  save("program.ts", "mistake();");
  await using run = start();
  expect(await run.line()).toMatch(/starts again with the next change/);
  save("program.ts", PROGRAM);
  expect(await run.line()).toBe("first");
});

function start() {
  const process = spawn(globalThis.process.execPath, ["src/runner.mjs"], { cwd: house });
  const lines = createInterface(process.stdout)[Symbol.asyncIterator]();
  const ended = once(process, "exit").then(([code]: unknown[]) => code);
  return {
    process,
    ended,
    line: async () => (await lines.next()).value,
    [Symbol.asyncDispose]: async () => {
      process.kill("SIGTERM");
      await ended;
    },
  };
}

function save(name: string, content: string): void {
  writeFileSync(join(house, "src", name), content);
}
