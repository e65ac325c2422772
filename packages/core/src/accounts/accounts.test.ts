import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Register } from "@tertulia/model/accounts";
import type { Actor } from "@tertulia/model/actor";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listenTo, refusalOf } from "../../test/cast.ts";
import { openTestCore, type TestSettings } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { actorForToken } from "../sessions/actor-for-token.ts";
import { listSessions } from "../sessions/list-sessions.ts";
import type { Caller } from "./caller.ts";
import { changePassword } from "./change-password.ts";
import { getAccount } from "./get-account.ts";
import { registerAccount } from "./register-account.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";
import { updateAccount } from "./update-account.ts";

const home: Caller = { ip: "127.0.0.1", userAgent: "Firefox", kind: "web" };
const from = (ip: string): Caller => ({ ...home, ip });
const password = "correct horse battery";

/** Someone who isn't there yet. */
function newcomer(name = "mira"): Register {
  const username = `${name}.${newId().slice(-8)}`;
  return { email: `${username}@tertulia.test`, username, password };
}

describe.each(testDatabases())("accounts on %s", (kind) => {
  let database: Database;
  let core: Core;
  let clock: MovableClock;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    ({ core, clock } = await openTestCore(database));
    await registerAccount(core, newcomer("first"), home);
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  const actorOf = async (token: string): Promise<Actor> => (await actorForToken(core, token)) ?? expect.fail("the token speaks for nobody");

  describe("registering", () => {
    test("makes an account that is signed in for 30 days, its password kept as argon2id alone", async () => {
      const tomas = newcomer("tomas");
      const { token, expiresAt, user } = await registerAccount(core, { ...tomas, locale: "zh-CN" }, home);
      expect(user).toMatchObject({ username: tomas.username, displayName: tomas.username, email: tomas.email, role: "USER", kind: "human", locale: "zh-CN" });
      expect(Date.parse(expiresAt) - clock.now()).toBe(30 * 24 * 3_600_000);
      expect(token).toMatch(/^ttl_[\w-]{43}$/);
      expect(await getAccount(core, await actorOf(token))).toEqual(user);
      const row = await core.db.selectFrom("users").select("password_hash").where("id", "=", user.id).executeTakeFirstOrThrow();
      expect(row.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      const kept = await core.db.selectFrom("user_sessions").selectAll().where("user_id", "=", user.id).execute();
      expect(JSON.stringify(kept)).not.toContain(token);
    });

    test("[B32] one name and one email exist once, however they are written and whoever comes at the same time", async () => {
      const mira = newcomer();
      await registerAccount(core, mira, home);
      const sameName = await refusalOf(registerAccount(core, { ...newcomer(), username: mira.username.toUpperCase() }, home));
      expect(sameName).toMatchObject({ code: "CONFLICT", details: { field: "username", reason: "TAKEN" } });
      expect(await refusalOf(registerAccount(core, { ...newcomer(), username: `ｍ${mira.username.slice(1)}` }, home))).toMatchObject({ details: { field: "username" } });
      expect(await refusalOf(registerAccount(core, { ...newcomer(), email: mira.email }, home))).toMatchObject({ code: "CONFLICT", details: { field: "email", reason: "TAKEN" } });

      const wen = newcomer("wen");
      const made = await Promise.allSettled(Array.from({ length: 4 }, () => registerAccount(core, wen, home)));
      expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(made.flatMap((one) => (one.status === "rejected" ? [one.reason] : []))).toEqual(Array(3).fill(expect.objectContaining({ code: "CONFLICT" })));
    });

    test.each(["room", "Room", "ｒｏｏｍ", "room-mates", "room你好", "everyone", "here", "all", "System", "assistant", "所有人"])("nobody is called @%s: a mention of it would be of someone else too", async (username) => {
      expect(await refusalOf(registerAccount(core, { ...newcomer(), username }, home))).toMatchObject({ code: "CONFLICT", details: { field: "username", reason: "TAKEN" } });
    });

    test("names that only hold such a word, or go on from it, are anyone's", async () => {
      for (const username of ["rooms", "bedroom", "all-round", "here.we.go", "everyone2"]) expect((await registerAccount(core, { ...newcomer(), username }, home)).user).toMatchObject({ username });
    });

    test("whoever is called by one already signs in by it", async () => {
      const mira = newcomer();
      await registerAccount(core, mira, home);
      await core.db.updateTable("users").set({ username: "here", username_key: "here" }).where("email", "=", mira.email).execute();
      expect(await signIn(core, { login: "here", password }, home)).toMatchObject({ user: { username: "here" } });
    });

    test("[B34] ten accounts an hour come from one address, any number from this machine", async () => {
      for (let made = 0; made < 10; made++) await registerAccount(core, newcomer(), from("203.0.113.1"));
      expect(await refusalOf(registerAccount(core, newcomer(), from("203.0.113.1")))).toMatchObject({ code: "RATE_LIMITED", details: { limit: 10 } });
      await registerAccount(core, newcomer(), from("203.0.113.2"));
      for (const ip of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) await Promise.all(Array.from({ length: 4 }, () => registerAccount(core, newcomer(), from(ip))));
    });

    test("[B34] of IPv6 a whole /64 is one address", async () => {
      for (let made = 0; made < 10; made++) await registerAccount(core, newcomer(), from(`2001:db8::${made}`));
      expect(await refusalOf(registerAccount(core, newcomer(), from("2001:db8::ffff:1")))).toMatchObject({ code: "RATE_LIMITED" });
      await registerAccount(core, newcomer(), from("2001:db8:0:1::1"));
    });
  });

  describe("signing in", () => {
    test("takes the name or the email in any case", async () => {
      const mira = newcomer();
      const { user } = await registerAccount(core, mira, home);
      for (const login of [mira.username, mira.username.toUpperCase(), `@${mira.username}`, mira.email, ` ${mira.email.toUpperCase()} `]) {
        expect(await signIn(core, { login, password }, home)).toMatchObject({ user });
      }
    });

    test("[B33] is refused in the same words whatever was wrong", async () => {
      const mira = newcomer();
      await registerAccount(core, mira, home);
      const quill = newcomer("quill");
      await core.db.insertInto("users").values({ id: newId(), kind: "assistant", username: quill.username, username_key: quill.username, display_name: "Quill" }).execute();
      const refusals = [];
      for (const login of [mira.username, mira.email, "nobody", "nobody@tertulia.test", quill.username]) {
        refusals.push(await refusalOf(signIn(core, { login, password: "a wrong password" }, home)));
      }
      expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
      expect(refusals[0]).toMatchObject({ code: "UNAUTHENTICATED", message: "The name or the password is wrong." });
    });

    test("[B34] five wrong passwords are heard per account and address, however many come at once and by whichever name", async () => {
      const mira = newcomer();
      await registerAccount(core, mira, home);
      const logins = [mira.username, mira.email];
      const guesses = await Promise.all(Array.from({ length: 12 }, (_, index) => refusalOf(signIn(core, { login: logins[index % 2] ?? "", password: "a guess" }, home))));
      expect(guesses.filter(({ code }) => code === "UNAUTHENTICATED")).toHaveLength(5);
      expect(guesses.find(({ code }) => code === "RATE_LIMITED")?.details).toEqual({ limit: 5, resetAt: expect.stringMatching(/Z$/), retryAfterMs: expect.any(Number) });
      expect(await refusalOf(signIn(core, { login: mira.username, password }, home))).toMatchObject({ code: "RATE_LIMITED" });
      // No one is locked out of their account from elsewhere by someone's guessing.
      await signIn(core, { login: mira.username, password }, from("203.0.113.9"));
    });

    test("[B34] a guess from elsewhere in the same /64 is a guess from the same address", async () => {
      const mira = newcomer();
      await registerAccount(core, mira, home);
      for (let guess = 0; guess < 5; guess++) await refusalOf(signIn(core, { login: mira.email, password: "a guess" }, from(`2001:db8::${guess}`)));
      expect(await refusalOf(signIn(core, { login: mira.email, password }, from("2001:db8::ffff:1")))).toMatchObject({ code: "RATE_LIMITED" });
    });

    test("right ones don't count, not even many at once", async () => {
      const mira = newcomer();
      await registerAccount(core, mira, home);
      // More at once than are heard: those turned away weren't guesses either.
      for (let round = 0; round < 3; round++) await Promise.allSettled(Array.from({ length: 8 }, () => signIn(core, { login: mira.email, password }, home)));
      for (let again = 0; again < 6; again++) expect(await signIn(core, { login: mira.email, password }, home)).toHaveProperty("token");
    });

    test("[B29] gives a new token each time", async () => {
      const mira = newcomer();
      const first = await registerAccount(core, mira, home);
      expect((await signIn(core, { login: mira.email, password }, home)).token).not.toBe(first.token);
    });
  });

  test("signing out ends that session and no other, and every node hears of it", async () => {
    const mira = newcomer();
    const here = await registerAccount(core, mira, home);
    const there = await signIn(core, { login: mira.email, password }, home);
    const actor = await actorOf(here.token);
    const told = await listenTo(core, "user", actor.user.id);
    await signOut(core, actor);
    expect(told).toEqual([{ kind: "session.revoked", sessionId: actor.sessionId }]);
    expect(await actorForToken(core, here.token)).toBeNull();
    expect(await actorForToken(core, there.token)).not.toBeNull();
  });

  test("a change of name is what every later request sees", async () => {
    const { token } = await registerAccount(core, newcomer(), home);
    const actor = await actorOf(token);
    expect(await updateAccount(core, actor, { displayName: "Mira of the teas", locale: "zh-CN" })).toMatchObject({ displayName: "Mira of the teas", locale: "zh-CN" });
    expect((await actorOf(token)).user.displayName).toBe("Mira of the teas");
    expect(await updateAccount(core, actor, {})).toMatchObject({ displayName: "Mira of the teas" });
  });

  test("[B28] a changed password ends every other session, and the old one opens none", async () => {
    const mira = newcomer();
    const here = await registerAccount(core, mira, home);
    const there = await signIn(core, { login: mira.email, password }, home);
    const actor = await actorOf(here.token);
    expect(await refusalOf(changePassword(core, actor, { current: "a wrong password", next: "another good one" }))).toMatchObject({ code: "WRONG_PASSWORD" });
    await changePassword(core, actor, { current: password, next: "another good one" });
    expect(await actorForToken(core, there.token)).toBeNull();
    expect(await listSessions(core, await actorOf(here.token))).toMatchObject([{ current: true }]);
    expect(await refusalOf(signIn(core, { login: mira.email, password }, home))).toMatchObject({ code: "UNAUTHENTICATED" });
    await signIn(core, { login: mira.email, password: "another good one" }, home);
  });

  test("the current password is guessed five times at most", async () => {
    const actor = await actorOf((await registerAccount(core, newcomer(), home)).token);
    const guesses = await Promise.all(Array.from({ length: 8 }, () => refusalOf(changePassword(core, actor, { current: "a guess", next: "another good one" }))));
    expect(guesses.filter(({ code }) => code === "WRONG_PASSWORD")).toHaveLength(5);
  });
});

describe.each(testDatabases())("the first account on %s", (kind) => {
  /** A server nobody has come to yet. */
  async function openFresh(settings: TestSettings = {}) {
    const database = await openTestDatabase(kind);
    const { core } = await openTestCore(database, settings);
    const close = async () => {
      await core.close();
      await database.close();
    };
    return { core, [Symbol.asyncDispose]: close };
  }

  test("becomes ADMIN, and of many at once one does", async () => {
    await using fresh = await openFresh();
    const made = await Promise.all(Array.from({ length: 6 }, () => registerAccount(fresh.core, newcomer(), home)));
    expect(made.map(({ user }) => user.role).toSorted()).toEqual(["ADMIN", "USER", "USER", "USER", "USER", "USER"]);
  });

  test("needs the code that the server printed, and the next one needs none", async () => {
    await using fresh = await openFresh({ setupCode: "ABCD-1234" });
    const { core } = fresh;
    expect(await refusalOf(registerAccount(core, newcomer(), home))).toMatchObject({ code: "PERMISSION_DENIED", details: { field: "setupCode" } });
    expect(await refusalOf(registerAccount(core, { ...newcomer(), setupCode: "ABCD-1235" }, home))).toMatchObject({ code: "PERMISSION_DENIED" });
    expect((await registerAccount(core, { ...newcomer(), setupCode: "ABCD-1234" }, home)).user.role).toBe("ADMIN");
    expect((await registerAccount(core, newcomer(), home)).user.role).toBe("USER");
  });

  test("can't be had by guessing the code from many addresses", async () => {
    await using fresh = await openFresh({ setupCode: "ABCD-1234" });
    const guesses = [];
    for (let guess = 0; guess < 15; guess++) guesses.push(await refusalOf(registerAccount(fresh.core, { ...newcomer(), setupCode: `${guess}` }, from(`203.0.113.${guess}`))));
    expect(guesses.filter(({ code }) => code === "PERMISSION_DENIED")).toHaveLength(10);
    expect(await refusalOf(registerAccount(fresh.core, { ...newcomer(), setupCode: "ABCD-1234" }, home))).toMatchObject({ code: "RATE_LIMITED" });
  });

  test("can be made where registration is closed, and no other", async () => {
    await using fresh = await openFresh({ registrationOpen: false });
    const made = await Promise.allSettled([newcomer(), newcomer()].map((one) => registerAccount(fresh.core, one, home)));
    expect(made.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await refusalOf(registerAccount(fresh.core, newcomer(), home))).toMatchObject({ code: "PERMISSION_DENIED", details: { reason: "CLOSED" } });
  });
});
