import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const BUILD = fileURLToPath(new URL("../.next", import.meta.url));
const KB = 1024;

const pages = [
  { page: "the room page", html: "en.html", most: 200 * KB },
  { page: "the sign-in page", html: "en/sign-in.html", most: 165 * KB },
];

// Measures what `next build` left behind: without it there is nothing to measure.
describe.skipIf(!existsSync(`${BUILD}/BUILD_ID`))("the script that a browser loads before a page works", () => {
  it.each(pages)("of $page stays within $most bytes, zipped", ({ html, most }) => {
    const scripts = scriptsOf(readFileSync(`${BUILD}/server/app/${html}`, "utf8"));
    expect(scripts.length).toBeGreaterThan(0);
    const bytes = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(BUILD + path)).length, 0);
    expect(bytes).toBeLessThanOrEqual(most);
  });

  it("has no zod in it", () => {
    for (const { html } of pages) {
      const code = scriptsOf(readFileSync(`${BUILD}/server/app/${html}`, "utf8")).map((path) => readFileSync(BUILD + path, "utf8"));
      expect(code.filter((text) => text.includes("ZodError"))).toEqual([]);
    }
  });

  it("and the page itself load nothing from another server", () => {
    for (const { html } of pages) {
      const addresses = [...readFileSync(`${BUILD}/server/app/${html}`, "utf8").matchAll(/(?:src|href)="(https?:)?\/\/[^"]*"/g)];
      expect(addresses).toEqual([]);
    }
  });
});

/** The scripts a page's HTML names, as paths in the build; those for browsers without modules aside. */
function scriptsOf(html: string): string[] {
  return [...html.matchAll(/<script[^>]* src="\/_next([^"?]+)[^"]*"[^>]*>/g)].flatMap(([tag, path]) => (path === undefined || /nomodule/i.test(tag) ? [] : [decodeURI(path)]));
}
