import { listSessions } from "@tertulia/core/sessions/list-sessions";
import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { startTestServer, TEST_SECRET } from "@tertulia/testing/start-test-server";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { Browser } from "../test/browser.ts";

let server: RunningServer;
let cast: Cast;
beforeAll(async () => {
  server = await startTestServer();
  cast = await gatherCast(server.core);
});
afterAll(() => server.close());

const Url = z.object({ url: z.string() });
const me = (browser: Browser) => browser.get("/api/trpc/account.me");
const wordIn = async (answer: Response) => new URL(Url.parse(await answer.json()).url).searchParams.get("error");

describe("signing in", () => {
  test("with name and password answers a cookie that no script can read, and that speaks for the person", async () => {
    const browser = new Browser(server.url);
    const answer = await browser.signIn({ login: "tomas", password: cast.tomas.password });
    expect(answer.status).toBe(200);
    const cookie = answer.headers.getSetCookie().find((each) => each.startsWith("tertulia.session-token="));
    expect(cookie).toMatch(/; Path=\/; .*HttpOnly; SameSite=Lax/);
    expect(cookie).not.toContain("Secure");
    expect(cookie).not.toContain("ttl_");
    expect(await (await me(browser)).json()).toMatchObject({ result: { data: { username: "tomas" } } });
  });

  test("makes a session that is listed as the web's, with its browser", async () => {
    await new Browser(server.url).signIn({ login: "wen", password: cast.wen.password });
    const sessions = await listSessions(server.core, cast.wen.actor);
    expect(sessions).toContainEqual(expect.objectContaining({ kind: "web", userAgent: "A browser", ipAddress: expect.stringContaining("127.0.0.1") }));
  });

  test("with the token that registering answered makes no second session", async () => {
    const browser = new Browser(server.url);
    const before = await listSessions(server.core, cast.mira.actor);
    expect((await browser.signIn({ token: cast.mira.token })).status).toBe(200);
    expect(await (await me(browser)).json()).toMatchObject({ result: { data: { username: "mira" } } });
    expect(await listSessions(server.core, cast.mira.actor)).toHaveLength(before.length);
  });

  test.each([
    ["a wrong password", { login: "tomas", password: "not this one" }, "CredentialsSignin"],
    ["an unknown name", { login: "nobody", password: "not this one" }, "CredentialsSignin"],
    ["an unknown token", { token: "ttl_nobody" }, "CredentialsSignin"],
    ["nothing", {}, "VALIDATION_FAILED"],
  ])("with %s is refused by one word, with 401 and no cookie", async (_what, given, word) => {
    const browser = new Browser(server.url);
    const answer = await browser.signIn(given);
    expect(answer.status).toBe(401);
    expect(await wordIn(answer)).toBe(word);
    expect((await me(browser)).status).toBe(401);
  });

  test("a sixth guess is refused with the time to wait, even if it is right", async () => {
    await using other = await startTestServer();
    const { tomas } = await gatherCast(other.core);
    const browser = new Browser(other.url);
    for (let guess = 0; guess < 5; guess++) expect(await wordIn(await browser.signIn({ login: "tomas", password: `guess ${guess}` }))).toBe("CredentialsSignin");
    expect(await wordIn(await browser.signIn({ login: "tomas", password: tomas.password }))).toMatch(/^RATE_LIMITED:[0-9]+$/);
  });

  test("without the form's token is refused", async () => {
    const browser = new Browser(server.url);
    const answer = await browser.post("/api/auth/callback/credentials", { login: "tomas", password: cast.tomas.password, csrfToken: "guessed" });
    expect(new URL(Url.parse(await answer.json()).url).searchParams.get("csrf")).toBe("true");
    expect((await me(browser)).status).toBe(401);
  });

  test("from a page of another site is refused with 403", async () => {
    const browser = new Browser(server.url, "https://evil.example");
    expect((await browser.signIn({ login: "tomas", password: cast.tomas.password })).status).toBe(403);
  });
});

describe("signing out", () => {
  test("ends the session for good, an old copy of the cookie too", async () => {
    const browser = new Browser(server.url);
    await browser.signIn({ login: "tomas", password: cast.tomas.password });
    const copy = browser.copy();
    expect((await browser.signOut()).status).toBe(200);
    expect((await me(browser)).status).toBe(401);
    expect((await me(copy)).status).toBe(401);
    expect(await (await copy.get("/api/auth/session")).json()).toEqual({});
  });
});

describe("where it leads", () => {
  test.each(["https://evil.example", "//evil.example", "http://evil.example@localhost", "javascript:alert(1)", "\\\\evil.example", "http://", "%00", "data:text/html,x"])(
    "a callbackUrl of %s leads nowhere else",
    async (callbackUrl) => {
      const browser = new Browser(server.url);
      const answer = await browser.signIn({ login: "tomas", password: cast.tomas.password, callbackUrl });
      const { origin } = new URL(Url.parse(await answer.json()).url);
      expect(origin).toBe(server.url);
      const page = await browser.get(`/api/auth/signin?callbackUrl=${encodeURIComponent(callbackUrl)}`);
      expect(new URL(page.headers.get("location") ?? "", server.url).origin).toBe(server.url);
    },
  );

  test("forwarding headers that a client wrote lead nowhere else", async () => {
    const browser = new Browser(server.url);
    const answer = await browser.get("/api/auth/error", { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" });
    expect(new URL(answer.headers.get("location") ?? "", server.url).origin).toBe(server.url);
  });

  test("paths of next-auth that we don't use are not there", async () => {
    const browser = new Browser(server.url);
    for (const path of ["_log", "verify-request", "callback/github", "signin/credentials", "constructor"]) {
      expect((await browser.get(`/api/auth/${path}`)).status).toBe(404);
      expect((await browser.post(`/api/auth/${path}`, {})).status).toBe(404);
    }
  });

  test("signing in by an address alone is refused with 405", async () => {
    const browser = new Browser(server.url);
    expect((await browser.get(`/api/auth/callback/credentials?login=tomas&password=${encodeURIComponent(cast.tomas.password)}`)).status).toBe(405);
    expect((await me(browser)).status).toBe(401);
  });

  test("a form over 16 KiB is refused with 413", async () => {
    expect((await new Browser(server.url).post("/api/auth/callback/credentials", { login: "x".repeat(20_000) })).status).toBe(413);
  });
});

describe("a cookie that was forged", () => {
  test("one that carries no session of ours, or was made with another secret, speaks for nobody", async () => {
    for (const [secret, claims] of [[TEST_SECRET, { sub: cast.tomas.account.id }], ["another secret of some length", { session: cast.tomas.token }]] as const) {
      const forged = await encode({ token: claims, secret });
      const answer = await fetch(`${server.url}/api/trpc/account.me`, { headers: { cookie: `tertulia.session-token=${forged}` } });
      expect(answer.status).toBe(401);
    }
  });

  test("a cookie of next-auth that is no session (its form token) speaks for nobody", async () => {
    const browser = new Browser(server.url);
    await browser.get("/api/auth/csrf");
    const [, value] = browser.cookie("next-auth.csrf-token");
    const answer = await fetch(`${server.url}/api/trpc/account.me`, { headers: { cookie: `tertulia.session-token=${value}` } });
    expect(answer.status).toBe(401);
  });
});

test("with HTTPS the cookie is sent over HTTPS alone", async () => {
  await using published = await startTestServer({ publicUrl: "https://tea.example" });
  const { tomas } = await gatherCast(published.core);
  const browser = new Browser(published.url, "https://tea.example");
  const answer = await browser.signIn({ login: "tomas", password: tomas.password });
  expect(answer.headers.getSetCookie().find((cookie) => cookie.startsWith("__Secure-tertulia.session-token="))).toContain("; Secure");
  expect(await (await me(browser)).json()).toMatchObject({ result: { data: { username: "tomas" } } });
  expect(answer.headers.get("strict-transport-security")).toContain("max-age");
});
