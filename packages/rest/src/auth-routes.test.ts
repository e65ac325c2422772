import { actorForToken } from "@tertulia/core/sessions/actor-for-token";
import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Ask, openAsk } from "../test/ask.ts";

const lines: string[] = [];
const note = (facts: object, sentence: string) => void lines.push(JSON.stringify({ facts, sentence }));

let server: RunningServer;
let cast: Cast;
let ask: Ask;
beforeAll(async () => {
  server = await startTestServer({ log: { debug: note, info: note, warn: note, error: note } });
  cast = await gatherCast(server.core);
  ask = await openAsk(server.url);
});
afterAll(() => server.close());

const SignedIn = z.object({ token: z.string(), expiresAt: z.iso.datetime(), user: z.object({ id: z.uuid() }) });
const Sessions = z.object({ items: z.array(z.object({ id: z.uuid(), kind: z.string(), name: z.string().nullable(), current: z.boolean() })) });
const newcomer = (username: string) => ({ email: `${username}@tertulia.test`, username, password: `${username} likes long walks` });
const nobody = null;

describe("registering", () => {
  test("makes an account and signs it in", async () => {
    const answer = await ask(nobody, "POST", "/auth/register", { body: { ...newcomer("anna"), displayName: "Anna", locale: "zh-CN" } });
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({ user: { username: "anna", displayName: "Anna", email: "anna@tertulia.test", role: "USER", locale: "zh-CN" } });
    const { token, user } = SignedIn.parse(answer.data);
    expect((await ask({ token }, "GET", "/auth/me")).data).toMatchObject({ id: user.id });
  });

  test("makes the first account the ADMIN", async () => {
    await using empty = await startTestServer();
    const askThere = await openAsk(empty.url);
    const roles = [];
    for (const name of ["mira", "tomas"]) roles.push((await askThere(nobody, "POST", "/auth/register", { body: newcomer(name) })).data);
    expect(roles).toMatchObject([{ user: { role: "ADMIN" } }, { user: { role: "USER" } }]);
  });

  test("refuses what is taken with 409, naming the field", async () => {
    expect((await ask(nobody, "POST", "/auth/register", { body: { ...newcomer("annabel"), username: "MIRA" } })).failure).toMatchObject({ code: "CONFLICT", details: { field: "username", reason: "TAKEN" } });
    const answer = await ask(nobody, "POST", "/auth/register", { body: { ...newcomer("annabel"), email: "Mira@Tertulia.test" } });
    expect([answer.status, answer.failure.details]).toEqual([409, { field: "email", reason: "TAKEN" }]);
  });

  test("is refused with 403 where it is closed", async () => {
    await using closed = await startTestServer({ registrationOpen: false });
    await gatherCastClosed(closed);
    const answer = await (await openAsk(closed.url))(nobody, "POST", "/auth/register", { body: newcomer("anna") });
    expect([answer.status, answer.failure]).toMatchObject([403, { error: "New accounts can't be made here.", details: { reason: "CLOSED" } }]);
  });

  test.each([
    ["an address that is none", { email: "a@x.com,b@y.com" }, { field: "email", reason: "INVALID_VALUE" }],
    ["a short password", { password: "short" }, { field: "password" }],
    ["a long password", { password: "x".repeat(257) }, { field: "password", reason: "STRING_TOO_LONG", limit: 256 }],
    ["no name", { username: "" }, { field: "username", reason: "REQUIRED_FIELD" }],
    ["a role of one's own choice [B36]", { role: "ADMIN" }, { field: "role", reason: "INVALID_VALUE" }],
  ])("refuses %s", async (_what, wrong, details) => {
    const answer = await ask(nobody, "POST", "/auth/register", { body: { ...newcomer("annabel"), ...wrong } });
    expect([answer.status, answer.failure]).toMatchObject([400, { code: "VALIDATION_FAILED", details }]);
  });
});

/** Registration is closed to all but the first. */
const gatherCastClosed = async (closed: RunningServer) => (await openAsk(closed.url))(nobody, "POST", "/auth/register", { body: newcomer("mira") });

describe("signing in", () => {
  test("by name or by email answers a token that works until it signs out", async () => {
    const { account, password } = cast.tomas;
    for (const name of [{ username: account.username }, { email: account.email }]) {
      const answer = await ask(nobody, "POST", "/auth/login", { body: { ...name, password } });
      expect(answer.status).toBe(200);
      const who = SignedIn.parse(answer.data);
      expect((await ask(who, "GET", "/auth/me")).data).toMatchObject({ id: account.id, email: account.email });
      expect((await ask(who, "POST", "/auth/logout")).json).toEqual({ success: true, message: "Signed out successfully" });
      expect((await ask(who, "GET", "/auth/me")).failure).toMatchObject({ error: "Authentication failed", code: "UNAUTHENTICATED" });
      expect(await actorForToken(server.core, who.token)).toBeNull();
    }
  });

  test("[B33] is refused in the same words whatever is wrong", async () => {
    const told = [];
    for (const body of [{ username: "wen", password: "wrong and long enough" }, { username: "nobody-at-all", password: "wrong and long enough" }, { email: "nobody@tertulia.test", password: "x" }]) {
      const { status, failure } = await ask(nobody, "POST", "/auth/login", { body });
      told.push({ status, ...failure, requestId: "" });
    }
    expect(told[0]).toMatchObject({ status: 401, error: "The name or the password is wrong.", code: "UNAUTHENTICATED" });
    expect(told).toEqual([told[0], told[0], told[0]]);
  });

  test("[B53] by a name that no database takes is refused like any other that can't be one", async () => {
    for (const name of [{ username: "te\0a" }, { email: "te\0a" }]) {
      const { status, failure } = await ask(nobody, "POST", "/auth/login", { body: { ...name, password: "wrong and long enough" } });
      expect({ status, code: failure?.code }).toEqual({ status: 400, code: "VALIDATION_FAILED" });
    }
  });

  test("[B34] is refused with 429 after five wrong passwords, and says when to come back", async () => {
    const wrong = () => ask(nobody, "POST", "/auth/login", { body: { username: "wen-too", password: "wrong and long enough" } });
    await ask(nobody, "POST", "/auth/register", { body: newcomer("wen-too") });
    for (let guess = 0; guess < 5; guess++) expect((await wrong()).status).toBe(401);
    const answer = await wrong();
    expect([answer.status, answer.failure.code]).toEqual([429, "RATE_LIMITED"]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(60);
    expect(answer.headers.get("ratelimit-limit")).toBe("5");
  });

  test.each([
    ["both names", { username: "mira", email: "mira@tertulia.test", password: "x" }],
    ["neither name", { password: "x" }],
  ])("takes one name: %s are refused", async (_what, body) => {
    const answer = await ask(nobody, "POST", "/auth/login", { body });
    expect([answer.status, answer.failure.details]).toEqual([400, { field: "email", reason: "REQUIRED_FIELD" }]);
  });
});

describe("who shows nothing, or nothing good", () => {
  test.each([
    ["no token", {}, "Authentication token required"],
    ["a token nobody was given", { authorization: "Bearer ttl_none" }, "Authentication failed"],
    ["another way of signing in", { authorization: "Basic bWlyYTp4" }, "Authentication token required"],
    ["a forged cookie", { cookie: "tertulia.session-token=x" }, "Authentication failed"],
  ])("is refused with 401: %s", async (_what, headers, error) => {
    const answer = await ask(nobody, "GET", "/auth/me", { headers });
    expect([answer.status, answer.failure]).toMatchObject([401, { error, code: "UNAUTHENTICATED", details: {} }]);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  });
});

describe("sessions", () => {
  test("are listed, the one that asks marked, and ended by whose they are", async () => {
    const who = SignedIn.parse((await ask(nobody, "POST", "/auth/register", { body: newcomer("olga") })).data);
    const other = SignedIn.parse((await ask(nobody, "POST", "/auth/login", { body: { username: "olga", password: newcomer("olga").password }, headers: { "user-agent": "kettle/1" } })).data);
    const { items } = Sessions.parse((await ask(who, "GET", "/auth/sessions")).data);
    expect([items.length, items.filter(({ current }) => current).length]).toEqual([2, 1]);
    const [ending] = items.filter(({ current }) => !current);
    const path = `/auth/sessions/${ending?.id}`;
    expect((await ask(cast.mira, "DELETE", path)).failure).toMatchObject({ error: "Session not found", code: "NOT_FOUND" });
    expect((await ask(other, "GET", "/auth/me")).status).toBe(200);
    expect((await ask(who, "DELETE", path)).json).toEqual({ success: true, message: "Session ended successfully" });
    expect((await ask(other, "GET", "/auth/me")).status).toBe(401);
    expect((await ask(who, "DELETE", path)).status).toBe(404);
  });

  test("are made for programs too: a token with a name, which is a session like any", async () => {
    const answer = await ask(cast.tomas, "POST", "/auth/tokens", { body: { name: "backup" } });
    expect(answer.status).toBe(201);
    const { token, session } = z.object({ token: z.string(), session: z.object({ id: z.uuid(), name: z.string(), kind: z.string() }) }).parse(answer.data);
    expect(session).toMatchObject({ name: "backup", kind: "api" });
    expect((await ask({ token }, "GET", "/auth/me")).data).toMatchObject({ id: cast.tomas.account.id });
    expect(Sessions.parse((await ask(cast.tomas, "GET", "/auth/sessions")).data).items).toContainEqual(expect.objectContaining({ id: session.id, name: "backup" }));
    await ask(cast.tomas, "DELETE", `/auth/sessions/${session.id}`);
    expect((await ask({ token }, "GET", "/auth/me")).status).toBe(401);
  });

  test("[B68] leave no token and no password in the log", async () => {
    const answer = await ask(nobody, "POST", "/auth/register", { body: newcomer("quiet") });
    const { token } = SignedIn.parse(answer.data);
    await ask({ token }, "POST", "/auth/tokens", { body: { name: "quieter" } });
    await ask({ token }, "GET", `/users?q=${token}`);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => line.includes("ttl_") || line.includes("likes long walks"))).toEqual([]);
  });
});
