import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "./command.mjs";
import { countPlaywright, countVitest } from "./test-counts.mjs";

// Inside the tree, so that what is written there finds the packages.
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(root, "node_modules", ".counted-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a Vitest report is counted, and a file that can't be loaded or prepared is one failure", () => {
  put("two.test.js", `import { expect, test } from "vitest"; test("holds", () => {}); test("fails", () => expect(1).toBe(2)); test.skip("waits", () => {});`);
  put("broken.test.js", `import "./nowhere.js";`);
  put("unprepared.test.js", `import { beforeAll, test } from "vitest"; beforeAll(() => { throw new Error(); }); test("never runs", () => {});`);
  put("vitest.config.mjs", `export default { test: { include: ["*.test.js"] } };`);
  run("vitest/vitest.mjs", ["run", "--reporter=json", "--outputFile.json=vitest.json"]);
  expect(countVitest(join(folder, "vitest.json"))).toEqual({ passed: 1, failed: 3, skipped: 2 });
});

test("a Playwright report is counted", () => {
  put("two.story.js", `import { expect, test } from "@playwright/test"; test("holds", () => {}); test("fails", () => expect(1).toBe(2)); test.skip("waits", () => {});`);
  put("playwright.config.mjs", `export default { testMatch: "*.story.js" };`);
  run("@playwright/test/cli.js", ["test", "--reporter=json"], { PLAYWRIGHT_JSON_OUTPUT_FILE: join(folder, "playwright.json") });
  expect(countPlaywright(join(folder, "playwright.json"))).toEqual({ passed: 1, failed: 1, skipped: 1 });
});

test("a report that was never written counts nothing", () => {
  expect(countVitest(join(folder, "absent.json"))).toEqual({ passed: 0, failed: 0, skipped: 0 });
});

function put(name: string, content: string): void {
  writeFileSync(join(folder, name), content);
}

function run(program: string, args: string[], settings: Record<string, string> = {}): void {
  spawnSync(process.execPath, [join(root, "node_modules", program), ...args], { cwd: folder, env: { PATH: process.env["PATH"], ...settings } });
}
