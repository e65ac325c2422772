import { once } from "node:events";
import { createConnection } from "node:net";
import { registerAccount } from "@tertulia/core/accounts/register-account";
import { gatherCast } from "@tertulia/testing/cast";
import { startTestServer, type TestServerOptions } from "@tertulia/testing/start-test-server";
import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningServer } from "./server.ts";
import { headersForAll } from "./security-headers.ts";

const EVERYWHERE = ["/api/trpc/system.info", "/api/trpc/account.me", "/api/v1/health", "/api/v1/auth/me", "/api/v1/nothing", "/api/auth/csrf", "/api/auth/nothing", "/healthz", "/readyz", "/metrics", "/nothing"];

let server: RunningServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe("every answer", () => {
  test("tells browsers to frame, guess and leak nothing", async () => {
    for (const path of EVERYWHERE) {
      const { headers } = await fetch(`${server.url}${path}`);
      expect(Object.fromEntries(headers)).toMatchObject({
        "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "x-request-id": expect.any(String),
      });
      expect(headers.get("x-powered-by")).toBeNull();
      expect(headers.get("cache-control")).toContain("no-store");
      expect(headers.get("strict-transport-security")).toBeNull();
    }
  });

  test("insists on HTTPS where there is HTTPS", () => {
    expect(headersForAll({ secure: true })["Strict-Transport-Security"]).toBe("max-age=31536000");
  });
});

describe("/metrics", () => {
  const read = (url: string, headers: Record<string, string> = {}) => fetch(`${url}/metrics`, { headers });

  test("counts posts, requests and sockets, for a program on this machine", async () => {
    const { mira, room } = await gatherCast(server.core);
    await fetch(`${server.url}/api/trpc/messages.post`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${mira.token}` },
      body: JSON.stringify({ roomId: room.id, clientId: "one", content: "Tea?" }),
    });
    const page = await (await read(server.url)).text();
    expect(page).toMatch(/^tertulia_posts_total 1$/m);
    expect(page).toMatch(/^tertulia_sockets 0$/m);
    expect(page).toMatch(/^tertulia_post_seconds_count 1$/m);
    expect(page).toMatch(/^tertulia_posts_per_flight_bucket\{le="1"\} 1$/m);
    for (const idle of ["posts_waiting", "follows", "rooms_followed", "room_followers", "slow_readers_dropped_total", "database_callers_waiting"]) {
      expect(page).toMatch(new RegExp(`^tertulia_${idle} 0$`, "m"));
    }
    expect(page).toMatch(/^tertulia_bus_up 1$/m);
    expect(page).toMatch(/^tertulia_database_connections_lent \d+$/m);
    // A request is counted when its answer has left, which may be after whoever asked has it.
    await expect.poll(async () => (await read(server.url)).text()).toMatch(/^tertulia_http_seconds_count\{route="trpc",status="200"\} [1-9]/m);
    expect(page).toMatch(/^tertulia_event_loop_delay_p99_seconds /m);
  });

  test("is closed to whoever comes through a proxy on this machine, or by another name", async () => {
    expect((await read(server.url, { "x-forwarded-for": "203.0.113.7" })).status).toBe(403);
    expect((await read(server.url, { forwarded: "for=203.0.113.7" })).status).toBe(403);
    expect(await statusOf(server.url, "GET /metrics HTTP/1.1\r\nHost: tea.example\r\nConnection: close\r\n\r\n")).toBe(403);
  });

  test("with METRICS_TOKEN is open to whoever shows it, and to nobody else", async () => {
    await using guarded = await startTestServer({ metricsToken: "a token for numbers" });
    expect((await read(guarded.url)).status).toBe(403);
    expect((await read(guarded.url, { authorization: "Bearer another one for them" })).status).toBe(403);
    expect((await read(guarded.url, { authorization: "Bearer a token for numbers" })).status).toBe(200);
  });
});

test("a request that never ends its headers is cut within seconds", async () => {
  expect(await statusOf(server.url, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")).toBe(408);
});

test("headers without end are refused with 431", async () => {
  const many = Array.from({ length: 2_000 }, (_, index) => `X-Header-${index}: value`).join("\r\n");
  expect(await statusOf(server.url, `GET /healthz HTTP/1.1\r\nHost: localhost\r\n${many}\r\n\r\n`)).toBe(431);
});

test("a WebSocket to anywhere else is refused rather than left hanging", async () => {
  for (const path of ["/", "/api", "/_next/hmr", "/api/trpc/", "//api/trpc", "/ws/", "/api/v1/ws"]) {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}${path}`);
    const status = await new Promise((resolve) => {
      socket.once("unexpected-response", (_request, response) => resolve(response.statusCode));
      socket.once("error", () => resolve("refused"));
      socket.once("open", () => resolve("open"));
    });
    expect(status).toBe(404);
  }
});

test("[B68] no text, name, password, token or secret is ever logged, at any level and by any door", async () => {
  const lines: string[] = [];
  const note = (facts: object, sentence: string) => void lines.push(JSON.stringify(facts, whole), sentence);
  const canary = "canary-7f3a";
  const settings: TestServerOptions = { log: { debug: note, info: note, warn: note, error: note }, authSecret: `${canary} secret of some length` };
  await using logged = await startTestServer(settings);
  const password = `${canary} password`;
  const { token } = await registerAccount(
    logged.core,
    { email: `${canary}@tertulia.test`, username: canary, password },
    { ip: null, userAgent: null, kind: "api" },
  );
  const call = (path: string, input: object, bearer = token) =>
    fetch(`${logged.url}/api/trpc/${path}`, { method: "POST", body: JSON.stringify(input), headers: { "content-type": "application/json", authorization: `Bearer ${bearer}` } });
  const created = await (await call("rooms.create", { kind: "room", title: canary })).text();
  const roomId = /"id":"([^"]+)"/.exec(created)?.[1];
  await call("messages.post", { roomId, clientId: canary, content: canary, metadata: { [canary]: canary } });
  await call("messages.post", { roomId, clientId: canary, content: `${canary} other` });
  await call("messages.post", { roomId, clientId: canary, content: canary, [canary]: 1 });
  await call("messages.post", { roomId }, `${canary}-token`);
  await call("account.signIn", { login: canary, password: `${canary} wrong` });
  await call("account.register", { email: `${canary}@tertulia.test`, username: canary, password });
  await fetch(`${logged.url}/api/trpc/users.search?input=${encodeURIComponent(JSON.stringify({ q: canary }))}`, { headers: { authorization: `Bearer ${token}` } });
  await fetch(`${logged.url}/api/auth/callback/credentials?x=${canary}`, { method: "POST", body: new URLSearchParams({ login: canary, password, csrfToken: canary }) });
  const forPrograms = /"token":"(ttl_[^"]+)"/.exec(await (await call("sessions.createToken", { name: canary })).text())?.[1] ?? "";
  expect((await call("account.signOut", {}, forPrograms)).status).toBe(200);
  const rest = (path: string, body: object, bearer = token) =>
    fetch(`${logged.url}/api/v1${path}`, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", authorization: `Bearer ${bearer}`, "idempotency-key": canary } });
  expect((await rest(`/conversations/${roomId}/messages`, { content: canary, metadata: { [canary]: canary } })).status).toBe(201);
  await rest(`/conversations/${roomId}/messages?${canary}=${canary}`, { content: canary, [canary]: canary });
  await rest("/conversations", { title: canary, password: canary }, `${canary}-token`);
  await rest("/auth/login", { username: canary, password: `${canary} wrong` });
  const forScripts = /"token":"(ttl_[^"]+)"/.exec(await (await rest("/auth/tokens", { name: canary })).text())?.[1] ?? "";
  const socket = new WebSocket(`${logged.url.replace("http", "ws")}/ws?token=${canary}`, ["tertulia.v1", `bearer.${forScripts}`]);
  await once(socket, "open");
  const say = (data: object) => socket.send(JSON.stringify({ type: "message", id: `${canary} by frame`, timestamp: new Date().toISOString(), data }));
  say({ room_id: roomId, content: canary, message_type: "text", metadata: { [canary]: canary } });
  say({ room_id: roomId, content: canary, message_type: canary });
  socket.send(canary);
  await rest("/auth/logout", {}, forScripts);
  await once(socket, "close");
  logged.core.answers.models = () => Promise.reject(new Error("not foreseen"));
  await fetch(`${logged.url}/api/trpc/assistants.models`, { headers: { authorization: `Bearer ${token}` } });
  expect(lines.join("\n")).toContain("not foreseen");
  expect(lines.filter((line) => [canary, token, forPrograms, forScripts].some((secret) => line.includes(secret)))).toEqual([]);
});

/** Errors as a log would write them, with all that hangs on them. */
function whole(_key: string, value: unknown): unknown {
  return value instanceof Error ? Object.fromEntries(Object.getOwnPropertyNames(value).map((name) => [name, Reflect.get(value, name)])) : value;
}

/** Sends bytes as they are; answers the status that comes back. */
function statusOf(url: string, request: string): Promise<number> {
  const { hostname, port } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  socket.write(request);
  return new Promise((resolve, reject) => {
    let heard = "";
    socket.on("data", (chunk: Buffer) => (heard += chunk.toString("utf8")));
    socket.once("close", () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1])));
    socket.once("error", reject);
  });
}
