import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import nextModule from "next";
import { PHASE_PRODUCTION_SERVER } from "next/constants.js";
import configModule from "next/dist/server/config.js";
import { type Headers, headersForPages } from "./security-headers.ts";
import { WebAppNotBuilt } from "./web-app-not-built.ts";

// Its types say that the function is the default of the default; when it runs, it is the default itself.
const next = nextModule.default ?? nextModule;
const loadConfig = configModule.default ?? configModule;

export interface WebApp {
  readonly headers: Headers;
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** The sockets of the compiler that reloads pages, in development. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

/** The pages, by Next.js. @throws WebAppNotBuilt */
export async function openWebApp(dir: string, mode: "built" | "reloading"): Promise<WebApp> {
  const isBuilt = mode === "built";
  if (isBuilt && !existsSync(join(dir, ".next/BUILD_ID"))) throw new WebAppNotBuilt();
  process.env["NEXT_TELEMETRY_DISABLED"] = "1";
  // While it compiles, the web app looks for its files from where the process stands.
  if (!isBuilt) process.chdir(dir);
  // Next tells how long its config took, unless it finds it read already.
  if (isBuilt) await loadConfig(PHASE_PRODUCTION_SERVER, dir);
  // Next attaches its own upgrade listener to the server it is given; this one never listens and is told only what is meant for Next.
  const aside: Server = createServer();
  const app = next({ dev: !isBuilt, dir, httpServer: aside });
  const [headers] = await Promise.all([isBuilt ? headersForPages(dir) : { "Content-Security-Policy": "frame-ancestors 'none'" }, app.prepare()]);
  const handle = app.getRequestHandler();
  return {
    headers,
    serve: (request, response) => handle(request, response),
    upgrade: (request, socket, head) => void aside.emit("upgrade", request, socket, head),
    close: () => app.close(),
  };
}
