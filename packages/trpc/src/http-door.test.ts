import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { json } from "node:stream/consumers";
import { postMessage } from "@tertulia/core/messages/post-message";
import { createToken } from "@tertulia/core/sessions/create-token";
import { revokeSession } from "@tertulia/core/sessions/revoke-session";
import { listRooms } from "@tertulia/core/rooms/list-rooms";
import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast, type Person } from "@tertulia/testing/cast";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { webSession } from "@tertulia/testing/web-session";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { call, refusalIn } from "../test/call.ts";
import { RawSocket } from "../test/raw-socket.ts";

let server: RunningServer;
let cast: Cast;
let cookie: string;
const lines: { facts: object; sentence: string }[] = [];
const note = (facts: object, sentence: string) => void lines.push({ facts, sentence });
beforeAll(async () => {
  server = await startTestServer({ log: { debug: note, info: note, warn: note, error: note } });
  cast = await gatherCast(server.core);
  ({ cookie } = await webSession(server.url, cast.tomas));
});
afterAll(() => server.close());

const post = (path: string, body: string, headers: Record<string, string>) =>
  fetch(`${server.url}/api/trpc/${path}`, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
const bearer = () => ({ authorization: `Bearer ${cast.tomas.token}` });
const newRoom = JSON.stringify({ kind: "room", title: "Forged" });
const titles = async () => (await listRooms(server.core, cast.tomas.actor, {})).items.map(({ room }) => room.title);

describe("what another site could make a browser send", () => {
  test("a change by GET is refused with 405", async () => {
    const answer = await fetch(`${server.url}/api/trpc/rooms.create?input=${encodeURIComponent(newRoom)}`, { headers: { cookie } });
    expect(answer.status).toBe(405);
    expect(await titles()).not.toContain("Forged");
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/octet-stream"])("a body of %s is refused with 415", async (type) => {
    const answer = await post("rooms.create", newRoom, { cookie, origin: server.url, "content-type": type });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({ error: { data: { code: "UNSUPPORTED_MEDIA_TYPE", refusal: { code: "UNSUPPORTED_MEDIA" } } } });
    expect(await titles()).not.toContain("Forged");
  });

  test.each(["https://evil.example", "null", undefined])("the cookie from a page of %s is refused with 403", async (origin) => {
    const answer = await post("rooms.create", newRoom, { cookie, ...(origin === undefined ? {} : { origin }) });
    expect(answer.status).toBe(403);
    expect(await titles()).not.toContain("Forged");
  });

  test("the cookie from our own page is taken", async () => {
    const answer = await post("rooms.create", JSON.stringify({ kind: "room", title: "Ours" }), { cookie, origin: server.url });
    expect(answer.status).toBe(200);
    expect(await titles()).toContain("Ours");
  });

  test("no other origin is invited in", async () => {
    const answer = await fetch(`${server.url}/api/trpc/rooms.create`, { method: "OPTIONS", headers: { origin: "https://evil.example", "access-control-request-method": "POST" } });
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

test("[B63] a method that nobody asks by is refused with 405", async () => {
  // By node:http: what fetch is made of has no such request.
  const asked = request(`${server.url}/api/trpc/system.ping`, { method: "TRACE" });
  asked.end();
  const [response] = await once(asked, "response");
  expect(response.statusCode).toBe(405);
  expect(await json(response)).toMatchObject({ error: { data: { code: "METHOD_NOT_SUPPORTED", refusal: { code: "VALIDATION_FAILED" } } } });
});

test("ten calls in a batch are answered, eleven refused", async () => {
  const batch = (count: number) => fetch(`${server.url}/api/trpc/${Array.from({ length: count }, () => "system.ping").join(",")}?batch=1`);
  expect((await batch(10)).status).toBe(200);
  expect((await batch(11)).status).toBe(400);
});

test("a refusal is JSON and says so, also of a call that came to no procedure", async () => {
  const eleven = Array.from({ length: 11 }, () => "system.ping").join(",");
  const answers = await Promise.all([
    fetch(`${server.url}/api/trpc/system.ping`, { method: "PUT" }),
    fetch(`${server.url}/api/trpc/${eleven}?batch=1`),
    fetch(`${server.url}/api/trpc/rooms.get?input=%7B`, { headers: bearer() }),
  ]);
  expect(answers.map(({ status, headers }) => [status, headers.get("content-type")])).toEqual([415, 400, 400].map((status) => [status, "application/json"]));
});

test("[TOO_LARGE] a body over 256 KiB is refused with 413", async () => {
  const answer = await post("messages.post", JSON.stringify({ content: "x".repeat(256 * 1024) }), bearer());
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ error: { data: { refusal: { code: "TOO_LARGE" } } } });
});

test("a body that is no JSON is refused with 400", async () => {
  const answer = await post("messages.post", "{", bearer());
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { data: { refusal: { code: "INVALID_FRAME" } } } });
});

test("a procedure that doesn't exist is not found", async () => {
  const answer = await fetch(`${server.url}/api/trpc/rooms.steal`);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ error: { data: { refusal: { code: "NOT_FOUND" } } } });
});

test("no answer is ever kept by a cache, and each bears its request's id", async () => {
  for (const path of ["account.me", "system.info", "rooms.steal"]) {
    const answer = await fetch(`${server.url}/api/trpc/${path}`, { headers: bearer() });
    expect(answer.headers.get("cache-control")).toBe("private, no-store");
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test("[X1] a refusal names the request that met it", async () => {
  const answer = await fetch(`${server.url}/api/trpc/account.me`);
  expect(answer.status).toBe(401);
  expect(await refusalIn(answer)).toEqual({ code: "UNAUTHENTICATED", message: "Sign in first.", details: {}, requestId: answer.headers.get("x-request-id") });
});

test("[X4] what nobody foresaw is logged whole and told as no more than a reference", async () => {
  await using broken = await startTestServer({ log: { debug: note, info: note, warn: note, error: note } });
  const { mira } = await gatherCast(broken.core);
  broken.core.answers.models = () => Promise.reject(new Error("the secret inside"));
  const answer = await fetch(`${broken.url}/api/trpc/assistants.models`, { headers: { authorization: `Bearer ${mira.token}` } });
  const told = await answer.text();
  expect(answer.status).toBe(500);
  expect(JSON.parse(told)).toEqual({
    error: {
      message: "Something went wrong on the server.",
      code: -32603,
      data: {
        code: "INTERNAL_SERVER_ERROR",
        httpStatus: 500,
        path: "assistants.models",
        refusal: { code: "INTERNAL", message: "Something went wrong on the server.", details: {}, requestId: answer.headers.get("x-request-id") },
      },
    },
  });
  const logged = lines.find(({ facts }) => "err" in facts && facts.err instanceof Error && facts.err.message === "the secret inside");
  expect(logged?.facts).toMatchObject({ requestId: answer.headers.get("x-request-id"), path: "assistants.models" });
});

test("a database that can't answer is told as UNAVAILABLE, without a word of it", async () => {
  await using broken = await startTestServer();
  const unavailable = new Error("connection to 10.0.0.7 refused");
  unavailable.name = "DatabaseUnavailable";
  const { mira } = await gatherCast(broken.core);
  broken.core.answers.models = () => Promise.reject(unavailable);
  const answer = await fetch(`${broken.url}/api/trpc/assistants.models`, { headers: { authorization: `Bearer ${mira.token}` } });
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toContain("10.0.0.7");
});

test("so is one that can't say whom a token stands for", async () => {
  await using broken = await startTestServer();
  const unavailable = new Error("connection to 10.0.0.7 refused");
  unavailable.name = "DatabaseUnavailable";
  broken.core.sessions.actorFor = () => Promise.reject(unavailable);
  const answer = await fetch(`${broken.url}/api/trpc/system.ping`, { headers: bearer() });
  expect(answer.status).toBe(503);
  expect(await refusalIn(answer)).toMatchObject({ code: "UNAVAILABLE", requestId: answer.headers.get("x-request-id") });
});

describe("[L1] a person's limit", () => {
  test("the 31st post within a minute is refused with its reset time, by any door; a replay never counts", async () => {
    await using limited = await startTestServer({ postsPerMinute: 30 });
    const { mira, room } = await gatherCast(limited.core);
    const say = (clientId: string) => call(limited.url, "messages.post", { roomId: room.id, clientId, content: "Tea?" }, mira);
    await using socket = await RawSocket.open(limited.url, mira);
    for (let post = 0; post < 15; post++) expect((await say(`post-${post}`)).status).toBe(200);
    for (let post = 15; post < 30; post++) {
      socket.call(post, "messages.post", { roomId: room.id, clientId: `post-${post}`, content: "Tea?" }, "mutation");
      expect((await socket.answer(post)).result?.type).toBe("data");
    }
    const { status, refusal } = await say("one-more");
    expect(status).toBe(429);
    expect(refusal).toMatchObject({ code: "RATE_LIMITED", details: { limit: 30 } });
    expect(Date.parse(String(refusal?.details["resetAt"]))).toBeGreaterThan(Date.now());
    expect(refusal?.details["retryAfterMs"]).toBeLessThanOrEqual(60_000);
    expect(await say("post-7")).toMatchObject({ status: 200, data: { result: { data: { clientId: "post-7" } } } });
    const again = await fetch(`${limited.url}/api/trpc/messages.post`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${mira.token}` },
      body: JSON.stringify({ roomId: room.id, clientId: "one-more", content: "Tea?" }),
    });
    expect(again.status).toBe(429);
    expect(Number(again.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(again.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  });
});

describe("a follow over HTTP", () => {
  const openFollow = (token: string) => fetch(`${server.url}/api/trpc/inbox.follow`, { headers: { authorization: `Bearer ${token}` } });

  test("[B28] ends with the session that asked for it", async () => {
    const { token, session } = await createToken(server.core, cast.tomas.actor, { name: "kettle" });
    const answer = await openFollow(token);
    expect(answer.status).toBe(200);
    const heard = textOf(answer);
    await revokeSession(server.core, cast.tomas.actor, { id: session.id });
    expect(await heard).toContain("connected");
    expect((await call(server.url, "inbox.follow", undefined, { token })).refusal?.code).toBe("UNAUTHENTICATED");
  });

  test("ends with its session's time", async () => {
    const clock = new MovableClock();
    await using other = await startTestServer({ clock });
    const { mira } = await gatherCast(other.core);
    const { token } = await createToken(other.core, mira.actor, { name: "kettle", expiresAt: new Date(clock.now() + 20_000).toISOString() });
    const heard = textOf(await fetch(`${other.url}/api/trpc/inbox.follow`, { headers: { authorization: `Bearer ${token}` } }));
    clock.move(20_000);
    expect(await heard).toContain("connected");
  });

  test("[B23] is one of 20 at a time, and makes room when it ends", async () => {
    const follows = await Promise.all(Array.from({ length: 20 }, () => openFollow(cast.mira.token)));
    expect(follows.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const oneMore = () => call(server.url, "inbox.follow", undefined, cast.mira);
    expect(await oneMore()).toMatchObject({ status: 429, refusal: { code: "RATE_LIMITED", details: { limit: 20 } } });
    await Promise.all(follows.map(async ({ body }) => body?.cancel()));
    await expect.poll(async () => (await oneMore()).status).toBe(200);
  });

  test.each(["messages", "reads", "typing", "presence", "assistants", "inbox"])("of %s whose client goes while nothing happens is over at once", async (noun) => {
    await using quiet = await startTestServer();
    const { mira, room } = await gatherCast(quiet.core);
    const path = noun === "assistants" ? "assistants.followRuns" : `${noun}.follow`;
    const input = noun === "inbox" ? "" : `?input=${encodeURIComponent(JSON.stringify({ roomId: room.id }))}`;
    const { body } = await fetch(`${quiet.url}/api/trpc/${path}${input}`, { headers: { authorization: `Bearer ${mira.token}` } });
    const { hear, leave } = hearing(body);
    await hear("data: [");
    expect(quiet.core.feeds.count().rooms).toBe(1);
    await leave();
    await expect.poll(() => quiet.core.feeds.count().rooms).toBe(0);
  });

  test("[B23] takes no seat if its client has gone before it was known who they are", async () => {
    const answered: unknown[] = [];
    const info = (facts: object, sentence: string) => sentence === "A request was answered." && answered.push(facts);
    await using slow = await startTestServer({ log: { debug: note, info, warn: note, error: note } });
    const { mira } = await gatherCast(slow.core);
    const headers = { authorization: `Bearer ${mira.token}` };
    const { sessions } = slow.core;
    const actorFor = sessions.actorFor.bind(sessions);
    const held = Promise.withResolvers<void>();
    let asked = 0;
    sessions.actorFor = async (token) => {
      asked++;
      await held.promise;
      return actorFor(token);
    };
    const leaving = new AbortController();
    const left = Promise.allSettled(Array.from({ length: 20 }, () => fetch(`${slow.url}/api/trpc/inbox.follow`, { headers, signal: leaving.signal })));
    await expect.poll(() => asked).toBe(20);
    leaving.abort();
    await left;
    await expect.poll(() => answered.length).toBe(20);
    held.resolve();
    expect((await call(slow.url, "inbox.follow", undefined, mira)).status).toBe(200);
  });

  test("[E8] is told every 25 s that it is still there, and a client that hears nothing for 35 s comes back", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"], shouldAdvanceTime: true });
    try {
      const { hear, leave } = hearing((await openFollow(cast.mira.token)).body);
      expect(await hear("snapshot")).toContain('event: connected\ndata: {"reconnectAfterInactivityMs":35000}\n');
      vi.advanceTimersByTime(25_000);
      await hear("event: ping");
      await leave();
    } finally {
      vi.useRealTimers();
    }
  });

  describe("[L3] whose client doesn't read", () => {
    const LONG = "汉".repeat(10_000);

    test("is cut off, and goes on from where it was: nothing is lost", async () => {
      await using busy = await startTestServer();
      const { mira, tomas, room } = await gatherCast(busy.core);
      const before = await sayLong(busy, mira, room.id, 1);
      const sleeper = await openMessages(busy, tomas, room.id, before);
      const last = await sayLong(busy, mira, room.id, 700);
      const text = await textOf(sleeper);
      // A client that is told of the end doesn't come back.
      expect(text).not.toContain("event: return");
      const heard = seqsIn(text);
      expect(heard.length).toBeLessThan(700);
      const rest = hearing((await openMessages(busy, tomas, room.id, heard.at(-1) ?? before)).body);
      expect([...heard, ...seqsIn(await rest.hear(`id: ${last}\n\n`))]).toEqual(Array.from({ length: 700 }, (_, index) => before + 1 + index));
      await rest.leave();
    });

    test("for a while hears all of a long backlog, and what was said meanwhile after it", async () => {
      await using busy = await startTestServer();
      const { mira, tomas, room } = await gatherCast(busy.core);
      const before = await sayLong(busy, mira, room.id, 1);
      await sayLong(busy, mira, room.id, 700);
      const sleeper = hearing((await openMessages(busy, tomas, room.id, before)).body);
      await sleeper.hear("data: [");
      const last = await sayLong(busy, mira, room.id, 1);
      expect(seqsIn(await sleeper.hear(`id: ${last}\n\n`))).toEqual(Array.from({ length: 701 }, (_, index) => before + 1 + index));
      await sleeper.leave();
    });

    /** Answers the seq of the last. */
    async function sayLong({ core }: RunningServer, { actor }: Person, roomId: string, times: number): Promise<number> {
      const say = () => postMessage(core, actor, { roomId, clientId: randomUUID(), content: LONG, type: "text" });
      let seqs: number[] = [];
      for (let said = 0; said < times; said += 10) seqs = await Promise.all(Array.from({ length: Math.min(10, times) }, async () => (await say()).seq));
      return Math.max(...seqs);
    }

    function openMessages({ url }: RunningServer, { token }: Person, roomId: string, after: number): Promise<Response> {
      const headers = { authorization: `Bearer ${token}`, "last-event-id": String(after) };
      return fetch(`${url}/api/trpc/messages.follow?input=${encodeURIComponent(JSON.stringify({ roomId }))}`, { headers });
    }

    const Events = z.array(z.object({ type: z.string(), seq: z.int() }));
    const seqsIn = (text: string) => text.split("\n\n").flatMap((event) => (/^id: /m.test(event) ? Events.parse(JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? "")) : [])).map(({ seq }) => seq);
  });

  function hearing(body: Response["body"]) {
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = "";
    async function hear(what: string): Promise<string> {
      while (!heard.includes(what)) {
        const part = await reader?.read();
        if (!part?.value) throw new Error(`It ended after ${heard}`);
        heard += part.value;
      }
      return heard;
    }
    return { hear, leave: async () => reader?.cancel() };
  }

  /** All that comes until the stream ends, however it ends. */
  async function textOf({ body }: Response): Promise<string> {
    let text = "";
    try {
      for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) text += part;
    } catch {
      // It was cut.
    }
    return text;
  }
});

test("a cookie that was signed out opens nothing", async () => {
  const { cookie: mine } = await webSession(server.url, cast.wen);
  const me = () => fetch(`${server.url}/api/trpc/account.me`, { headers: { cookie: mine } });
  expect((await me()).status).toBe(200);
  await post("account.signOut", "", { cookie: mine, origin: server.url });
  expect((await me()).status).toBe(401);
});

describe("what may be asked in a minute", () => {
  const ping = { path: "system.ping", headers: {} };
  const ask = async (url: string, { path, headers }: { path: string; headers: Record<string, string> }) => fetch(`${url}/api/trpc/${path}`, { headers });

  test("[B22] past it a person is refused with the time to wait; each call of a batch counts, and nobody else is concerned", async () => {
    await using limited = await startTestServer({ requestsPerMinute: 12 });
    const { mira, tomas } = await gatherCast(limited.core);
    const as = ({ token }: { token: string }, path = "system.ping") => ask(limited.url, { path, headers: { authorization: `Bearer ${token}` } });
    expect((await as(mira, `${Array(10).fill("system.ping").join(",")}?batch=1`)).status).toBe(200);
    expect((await as(mira)).status).toBe(200);
    expect((await as(mira)).status).toBe(200);
    const over = await as(mira);
    expect(over.status).toBe(429);
    expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(over.headers.get("retry-after"))).toBeLessThanOrEqual(60);
    expect(await refusalIn(over)).toMatchObject({ code: "RATE_LIMITED", details: { limit: 12, resetAt: expect.any(String), retryAfterMs: expect.any(Number) } });
    expect((await as(tomas)).status).toBe(200);
    expect((await ask(limited.url, ping)).status).toBe(200);
  });

  test("an address without a session has half of it; this machine's own has no bounds", async () => {
    await using limited = await startTestServer({ requestsPerMinute: 4, trustedProxies: ["loopback"] });
    const from = (address: string) => ask(limited.url, { ...ping, headers: { "x-forwarded-for": address } });
    expect([(await from("198.51.100.7")).status, (await from("198.51.100.7")).status, (await from("198.51.100.7")).status]).toEqual([200, 200, 429]);
    expect((await from("198.51.100.8")).status).toBe(200);
    for (let request = 0; request < 6; request++) expect((await ask(limited.url, ping)).status).toBe(200);
  });
});
