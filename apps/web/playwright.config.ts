import { defineConfig, devices } from "@playwright/test";
import { findChromium } from "../../scripts/chromium.mjs";

const chromium = await findChromium();

// What a browser does on its own account (updates, checks, experiments) has no place in a story, nor a network to do it with.
const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.story.ts",
  outputDir: "test-results",
  forbidOnly: true,
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    ...devices["Desktop Chrome"],
    ...(chromium !== undefined && { launchOptions: { executablePath: chromium, args: ["--no-sandbox", ...quiet] } }),
    trace: "retain-on-failure",
  },
});
