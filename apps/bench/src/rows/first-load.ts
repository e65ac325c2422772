import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Finding, Row } from "../row.ts";
import { kilobytes, notShown, within } from "../table.ts";

const BUILD = fileURLToPath(import.meta.resolve("@tertulia/web/package.json")).replace("package.json", ".next");
const EMPTY_PAGE_KB = 135;

/** The script that a browser loads before a page works, zipped. The same is checked, with the same numbers, by the web app's tests. */
export const firstLoad: Row = {
  name: "first-load",
  async run() {
    return [finding("web: first-load JS of a room", "en.html", 200), finding("web: first-load JS of sign-in (an empty Next page is 135 KB)", "en/sign-in.html", EMPTY_PAGE_KB + 30)];
  },
};

function finding(measure: string, page: string, mostKilobytes: number): Finding {
  if (!existsSync(`${BUILD}/BUILD_ID`)) return notShown(measure, "the web app isn't built: npm run build", `≤ ${mostKilobytes} KB`);
  const html = readFileSync(`${BUILD}/server/app/${page}`, "utf8");
  const scripts = [...html.matchAll(/<script[^>]* src="\/_next([^"?]+)[^"]*"[^>]*>/g)].filter(([tag]) => !/nomodule/i.test(tag));
  const bytes = scripts.reduce((sum, [, path = ""]) => sum + gzipSync(readFileSync(BUILD + decodeURI(path))).length, 0);
  return within(measure, kilobytes, bytes, mostKilobytes * 1_024);
}
