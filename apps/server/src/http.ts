import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Log } from "@tertulia/model/ports/log";
import type { Metrics } from "./metrics.ts";
import type { Headers } from "./security-headers.ts";
import type { WebApp } from "./web-app.ts";

// A client that sends its request byte by byte holds a connection no longer than this (quality B24).
const HEADERS_WITHIN_MS = 5_000;
const REQUEST_WITHIN_MS = 30_000;
const CONNECTIONS_CHECKED_EVERY_MS = 1_000;

export interface Routes {
  trpc(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void>;
  rest(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void>;
  auth(request: IncomingMessage, response: ServerResponse): Promise<void>;
  web: WebApp | null;
  /** Whether the server can do its work now. */
  isReady(): Promise<boolean>;
  metrics: Metrics;
  headers: Headers;
  log: Log;
}

type Route = "trpc" | "rest" | "auth" | "healthz" | "readyz" | "metrics" | "web";

/** The one HTTP server: every request by its path to whoever answers it. */
export function openHttp(routes: Routes): Server {
  const timeouts = { headersTimeout: HEADERS_WITHIN_MS, requestTimeout: REQUEST_WITHIN_MS, connectionsCheckingInterval: CONNECTIONS_CHECKED_EVERY_MS };
  const server = createServer({ ...timeouts, keepAliveTimeout: 65_000 }, (request, response) => {
    // While it drains: whoever keeps asking on an open connection would keep it from ending.
    if (!server.listening) response.setHeader("Connection", "close");
    void answer(request, response, routes);
  });
  return server;
}

async function answer(request: IncomingMessage, response: ServerResponse, routes: Routes): Promise<void> {
  const requestId = randomUUID();
  const path = pathOf(request);
  const route = routeFor(path);
  const started = performance.now();
  const measured = routes.metrics.timeRequest();
  response.once("close", () => {
    measured(route, response.statusCode);
    // The path alone: what is asked stands behind it, and is people's own.
    const facts = { requestId, method: request.method, path, status: response.statusCode, ms: Math.round(performance.now() - started) };
    if (response.statusCode >= 500) routes.log.warn(facts, "A request could not be answered.");
    else routes.log.info(facts, "A request was answered.");
  });
  response.setHeader("X-Request-Id", requestId);
  for (const [name, value] of Object.entries(routes.headers)) response.setHeader(name, value);
  try {
    await answerWith(route, request, response, routes, requestId);
  } catch (error) {
    routes.log.error({ requestId, path, err: error }, "A request failed in a way nobody foresaw.");
    if (response.headersSent) response.destroy();
    else plain(response, 500, `Something went wrong on the server. Reference: ${requestId}`);
  }
}

async function answerWith(route: Route, request: IncomingMessage, response: ServerResponse, routes: Routes, requestId: string): Promise<void> {
  switch (route) {
    case "trpc":
      return routes.trpc(request, response, requestId);
    case "rest":
      return routes.rest(request, response, requestId);
    case "auth":
      return routes.auth(request, response);
    case "healthz":
      return plain(response, 200, "alive");
    case "readyz":
      return (await routes.isReady()) ? plain(response, 200, "ready") : plain(response, 503, "not ready");
    case "metrics":
      return tellMetrics(request, response, routes.metrics);
    case "web":
      if (!routes.web) return plain(response, 404, "Not found");
      for (const [name, value] of Object.entries(routes.web.headers)) response.setHeader(name, value);
      return routes.web.serve(request, response);
  }
}

async function tellMetrics(request: IncomingMessage, response: ServerResponse, metrics: Metrics): Promise<void> {
  if (!metrics.mayRead(request)) return plain(response, 403, "Metrics are for this machine, or for whoever shows METRICS_TOKEN.");
  const { type, body } = await metrics.page();
  response.writeHead(200, { "Content-Type": type, "Cache-Control": "no-store" }).end(body);
}

function routeFor(path: string): Route {
  if (path.startsWith("/api/trpc/")) return "trpc";
  if (path.startsWith("/api/v1/")) return "rest";
  if (path.startsWith("/api/auth/")) return "auth";
  return own[path] ?? "web";
}

const own: Partial<Record<string, Route>> = { "/healthz": "healthz", "/readyz": "readyz", "/metrics": "metrics" };

function plain(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" }).end(`${sentence}\n`);
}

export function pathOf({ url = "/" }: IncomingMessage): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}
