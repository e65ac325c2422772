import { existsSync } from "node:fs";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The Chromium that runs the browser stories: the system's or the one Playwright keeps, if there is either. */
export async function findChromium() {
  const { chromium } = await import("playwright-core");
  return [...usualPlaces, chromium.executablePath()].find((path) => existsSync(path));
}
