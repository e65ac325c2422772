import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { headersForPages } from "./security-headers.ts";

const directivesOf = (policy = ""): Record<string, string[]> => Object.fromEntries(policy.split("; ").map((directive) => [directive.split(" ")[0] ?? "", directive.split(" ").slice(1)]));

test("pages run the scripts they were built with, and no other inline script", async () => {
  await using folder = await temporaryFolder();
  const pages = join(folder.path, ".next/server/app/en");
  await mkdir(pages, { recursive: true });
  await writeFile(join(pages, "sign-in.html"), `<script>start()</script><script src="/a.js" async=""></script><script nonce="">more()</script>`);
  await writeFile(join(pages, "app.html"), "<script>start()</script>");
  const directives = directivesOf((await headersForPages(folder.path))["Content-Security-Policy"]);
  const hashOf = (script: string) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`;
  expect(new Set(directives["script-src"])).toEqual(new Set(["'self'", hashOf("start()"), hashOf("more()")]));
  expect(directives).toMatchObject({ "object-src": ["'none'"], "base-uri": ["'none'"], "frame-ancestors": ["'none'"], "img-src": ["'self'", "blob:", "data:"], "connect-src": ["'self'"] });
});
