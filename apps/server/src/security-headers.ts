import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";

export type Headers = Record<string, string>;

/** What every answer says to browsers (quality B67). Browsers may be told to insist on HTTPS only where there is HTTPS. */
export function headersForAll({ secure }: { secure: boolean }): Headers {
  return {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    ...(secure ? { "Strict-Transport-Security": "max-age=31536000" } : {}),
  };
}

/**
 * What pages may do. Their inline scripts are known since they were built, so each is named by its hash and nothing else runs:
 * neither what a message smuggles in, nor what an attribute says.
 */
export async function headersForPages(webDir: string): Promise<Headers> {
  const scripts = await inlineScriptsOf(join(webDir, ".next/server/app"));
  const hashes = [...scripts].map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  return { "Content-Security-Policy": [`script-src 'self' ${hashes.join(" ")}`, ...POLICY].join("; ") };
}

const POLICY = [
  "default-src 'self'",
  // React sets styles on elements; none of them comes from a message.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

async function inlineScriptsOf(folder: string): Promise<Set<string>> {
  const scripts = new Set<string>();
  if (!existsSync(folder)) return scripts;
  for await (const page of glob("**/*.html", { cwd: folder })) {
    const html = await readFile(join(folder, page), "utf8");
    for (const [, attributes = "", script = ""] of html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
      if (!/\bsrc=/.test(attributes) && script !== "") scripts.add(script);
    }
  }
  return scripts;
}
