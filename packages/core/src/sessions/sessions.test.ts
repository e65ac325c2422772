import { createHash } from "node:crypto";
import type { Database } from "@tertulia/db/open";
import { openTestDatabase, silentLog, testDatabases } from "@tertulia/db/testing/open-test-database";
import { MemoryBus } from "@tertulia/events/memory-bus";
import type { Actor } from "@tertulia/model/actor";
import { Refusal } from "@tertulia/model/refusals";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listenTo, person, refusalOf } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import { SlowDatabase } from "../../test/slow-database.ts";
import { updateAccount } from "../accounts/update-account.ts";
import type { Core } from "../core.ts";
import { actorForToken, actorForTokenAnew } from "./actor-for-token.ts";
import { createToken } from "./create-token.ts";
import { insertSession } from "./insert-session.ts";
import { listSessions } from "./list-sessions.ts";
import { revokeOtherSessions } from "./revoke-other-sessions.ts";
import { revokeSession } from "./revoke-session.ts";
import { SessionCache } from "./session-cache.ts";

const DAY_MS = 24 * 3_600_000;

describe.each(testDatabases())("sessions on %s", (kind) => {
  let database: Database;
  let core: Core;
  let clock: MovableClock;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    clock = new MovableClock();
    ({ core } = await openTestCore(database, {}, { clock }));
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  /** Someone signed in: their token and who they are by it. */
  async function signedIn(name = "mira", userAgent = "Firefox"): Promise<{ token: string; actor: Actor }> {
    return again(await person(core, name), userAgent);
  }

  async function again({ user, role }: Actor, userAgent = "Firefox"): Promise<{ token: string; actor: Actor }> {
    const now = new Date(clock.now());
    const expiresAt = new Date(clock.now() + 30 * DAY_MS);
    const { token, row } = await insertSession(core.db, { userId: user.id, kind: "web", name: null, userAgent, ip: "127.0.0.1", now, expiresAt });
    return { token, actor: { user, role, sessionId: row.id, sessionExpiresAt: expiresAt.getTime() } };
  }

  test("a token speaks for its user until it expires, to the millisecond, though it was kept", async () => {
    const { token, actor } = await signedIn();
    expect(await actorForToken(core, token)).toEqual(actor);
    clock.move(30 * DAY_MS - 1);
    expect(await actorForToken(core, token)).toEqual(actor);
    clock.move(1);
    expect(await actorForToken(core, token)).toBeNull();
  });

  test("a token nobody was given speaks for nobody", async () => {
    for (const token of ["", "ttl_", "ttl_nonsense", "' or 1=1"]) expect(await actorForToken(core, token)).toBeNull();
  });

  test("a kept session costs no read for 5 s, and many requests at once cost one", async () => {
    const reads = countingReads(core);
    const { token, actor } = await signedIn();
    expect(await Promise.all(Array.from({ length: 20 }, () => reads.cache.actorFor(token)))).toEqual(Array(20).fill(actor));
    expect(reads.count()).toBe(1);
    // That first one was read before the user's channel was heard, so it is trusted for a second only.
    clock.move(1_000);
    await reads.cache.actorFor(token);
    expect(reads.count()).toBe(2);
    clock.move(4_999);
    await reads.cache.actorFor(token);
    await reads.cache.actorAnew(token);
    expect(reads.count()).toBe(2);
    clock.move(1);
    await reads.cache.actorFor(token);
    expect(reads.count()).toBe(3);
    await reads.cache.close();
  });

  test("[B28] a revoked session ends at once on this node and on others that kept it, and its sockets hear of it", async () => {
    const shared = new MemoryBus({ clock, log: silentLog });
    const [one, other] = [await openTestCore(database, {}, { clock, bus: shared }), await openTestCore(database, {}, { clock, bus: shared })];
    const { token, actor } = await signedIn();
    const elsewhere = await again(actor, "Phone");
    for (const node of [one, other]) expect(await actorForToken(node.core, elsewhere.token)).not.toBeNull();
    const told = await listenTo(one.core, "user", actor.user.id);
    await revokeSession(one.core, actor, { id: elsewhere.actor.sessionId });
    expect(told).toEqual([{ kind: "session.revoked", sessionId: elsewhere.actor.sessionId }]);
    for (const node of [one, other]) {
      expect(await actorForToken(node.core, elsewhere.token)).toBeNull();
      expect(await actorForToken(node.core, token)).not.toBeNull();
      await node.core.close();
    }
  });

  test("[B28] whoever listens for a session's end believes nothing that was read before, be it kept or still under way", async () => {
    const slow = new SlowDatabase(database);
    const { core: node } = await openTestCore(slow.database, {}, { clock });
    const [kept, underWay] = [await signedIn(), await signedIn("tomas")];
    expect(await actorForToken(node, kept.token)).not.toBeNull();
    const answer = slow.hold(1);
    const early = actorForToken(node, underWay.token);
    await answer.read;
    // On a node whose notes are heard by nobody here.
    for (const { actor } of [kept, underWay]) await revokeSession(core, actor, { id: actor.sessionId });
    expect(await actorForToken(node, kept.token)).not.toBeNull();
    for (const { token } of [kept, underWay]) expect(await actorForTokenAnew(node, token)).toBeNull();
    answer.tell();
    expect(await early).not.toBeNull();
    await node.close();
  });

  test("a session revoked while the bus can't be heard ends within a second", async () => {
    const deaf = { isUp: false, publish() {}, listen: () => Promise.reject(new Error("down")), onUp: () => () => {}, onMissed: () => () => {}, leases: core.bus.leases, counters: core.bus.counters, budgets: core.bus.budgets, close: async () => {} };
    const cache = new SessionCache({ ...core, bus: deaf });
    const { token, actor } = await signedIn();
    expect(await cache.actorFor(token)).not.toBeNull();
    await revokeSession(core, actor, { id: actor.sessionId });
    clock.move(1_000);
    expect(await cache.actorFor(token)).toBeNull();
    await cache.close();
  });

  test("one's sessions are listed with where they are from, the others' never", async () => {
    const { actor } = await signedIn("mira", "Firefox");
    clock.move(1);
    const phone = await again(actor, "Phone");
    await signedIn("tomas");
    expect(await listSessions(core, actor)).toMatchObject([
      { id: phone.actor.sessionId, userAgent: "Phone", ipAddress: "127.0.0.1", kind: "web", current: false },
      { id: actor.sessionId, userAgent: "Firefox", current: true },
    ]);
  });

  test("nobody ends another's session, and none ends twice", async () => {
    const [mira, tomas] = [await signedIn(), await signedIn("tomas")];
    const id = mira.actor.sessionId;
    expect(await refusalOf(revokeSession(core, tomas.actor, { id }))).toEqual({ code: "NOT_FOUND", message: "Not found", details: { id } });
    expect(await actorForToken(core, mira.token)).not.toBeNull();
    await revokeSession(core, mira.actor, { id });
    expect(await refusalOf(revokeSession(core, mira.actor, { id }))).toMatchObject({ code: "NOT_FOUND" });
  });

  test("all others end together, tokens too, and the one that asks stays", async () => {
    const { token, actor } = await signedIn();
    const [phone, api] = [await again(actor), await createToken(core, actor, { name: "robot" })];
    for (const each of [phone.token, api.token]) expect(await actorForToken(core, each)).not.toBeNull();
    await revokeOtherSessions(core, actor);
    for (const each of [phone.token, api.token]) expect(await actorForToken(core, each)).toBeNull();
    expect(await actorForToken(core, token)).toEqual(actor);
  });

  test("a token for programs is shown once, named, and good for a year or as long as asked", async () => {
    const { actor } = await signedIn();
    const { token, session } = await createToken(core, actor, { name: "robot" });
    expect(session).toMatchObject({ kind: "api", name: "robot", current: false, expiresAt: new Date(clock.now() + 365 * DAY_MS).toISOString() });
    expect(await actorForToken(core, token)).toMatchObject({ user: actor.user, sessionId: session.id });
    const expiresAt = new Date(clock.now() + 1_000).toISOString();
    expect((await createToken(core, actor, { name: "brief", expiresAt })).session.expiresAt).toBe(expiresAt);
    expect(await refusalOf(createToken(core, actor, { name: "late", expiresAt: new Date(clock.now()).toISOString() }))).toMatchObject({ details: { field: "expiresAt" } });
  });

  test("a token is good for five years at most, and one without end is refused", async () => {
    const { actor } = await signedIn();
    const endsIn = (ms: number) => createToken(core, actor, { name: "robot", expiresAt: new Date(clock.now() + ms).toISOString() });
    const FIVE_YEARS_MS = 5 * 365 * DAY_MS;
    expect((await endsIn(FIVE_YEARS_MS)).session.expiresAt).toBe(new Date(clock.now() + FIVE_YEARS_MS).toISOString());
    const refusal = { code: "VALIDATION_FAILED", details: { field: "expiresAt", reason: "INVALID_VALUE" } };
    expect(await refusalOf(endsIn(FIVE_YEARS_MS + 1))).toMatchObject(refusal);
    expect(await refusalOf(createToken(core, actor, { name: "robot", expiresAt: "9999-12-31T23:59:59Z" }))).toMatchObject(refusal);
  });

  test("nobody has more than 50 tokens, though asked for at once; sessions and what has ended don't count", async () => {
    const { actor } = await signedIn();
    const { actor: tomas } = await signedIn("tomas");
    await createToken(core, actor, { name: "brief", expiresAt: new Date(clock.now() + 1_000).toISOString() });
    clock.move(1_000);
    const made = await Promise.allSettled(Array.from({ length: 55 }, () => createToken(core, actor, { name: "robot" })));
    const refusals = made.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect(refusals).toHaveLength(5);
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: "CONFLICT", details: { reason: "TOO_MANY_TOKENS", limit: 50 } });
    await createToken(core, tomas, { name: "robot" });
    const [oldest] = made.flatMap((each) => (each.status === "fulfilled" ? [each.value.session.id] : []));
    if (oldest) await revokeSession(core, actor, { id: oldest });
    expect(await createToken(core, actor, { name: "robot" })).toMatchObject({ session: { name: "robot" } });
  });

  test("a token is never pushed out of the list by those who signed in since", async () => {
    const { actor } = await signedIn();
    const { session } = await createToken(core, actor, { name: "kettle" });
    clock.move(1);
    const now = new Date(clock.now());
    const signIn = { userId: actor.user.id, kind: "api" as const, name: null, userAgent: null, ip: null, now, expiresAt: new Date(clock.now() + DAY_MS) };
    await Promise.all(Array.from({ length: 210 }, () => insertSession(core.db, signIn)));
    const listed = await listSessions(core, actor);
    expect(listed).toHaveLength(200);
    expect(listed.at(-1)).toMatchObject({ id: session.id, name: "kettle" });
  });

  test("[B28] only the SHA-256 of a token is kept", async () => {
    const { actor } = await signedIn();
    const { token, session } = await createToken(core, actor, { name: "kettle" });
    const row = await core.db.selectFrom("user_sessions").selectAll().where("id", "=", session.id).executeTakeFirstOrThrow();
    expect(row.token_hash).toBe(createHash("sha256").update(token).digest("hex"));
    expect(JSON.stringify(row)).not.toContain(token.slice(4));
  });

  test("the first use of a token is noted at once, so that it never stands there as unused", async () => {
    const { actor } = await signedIn();
    const { token, session } = await createToken(core, actor, { name: "kettle" });
    clock.move(5);
    await actorForToken(core, token);
    const listed = await listSessions(core, actor);
    expect(listed.find(({ id }) => id === session.id)?.lastUsedAt).toBe(new Date(clock.now()).toISOString());
  });

  test("its last use is noted at most once a minute", async () => {
    const { token, actor } = await signedIn();
    const lastUsed = async () => Date.parse((await listSessions(core, actor))[0]?.lastUsedAt ?? "");
    const made = clock.now();
    clock.move(59_000);
    await actorForToken(core, token);
    expect(await lastUsed()).toBe(made);
    clock.move(6_000);
    await actorForToken(core, token);
    expect(await lastUsed()).toBe(made + 65_000);
  });

  test("a full disk notes no use, but nobody is signed out by it", async () => {
    const full = () => {
      throw new Refusal("STORAGE_FULL");
    };
    const cache = new SessionCache({ ...core, assertWritable: full });
    const { token, actor } = await signedIn();
    clock.move(120_000);
    expect(await cache.actorFor(token)).toEqual(actor);
    await cache.close();
  });

  test("a changed account is read anew", async () => {
    const { token, actor } = await signedIn();
    await actorForToken(core, token);
    await updateAccount(core, actor, { displayName: "Mira II" });
    expect((await actorForToken(core, token))?.user.displayName).toBe("Mira II");
  });
});

/** A cache whose reads of the database are counted. */
function countingReads(core: Core) {
  let reads = 0;
  const db = core.db.withPlugin({
    transformQuery({ node }) {
      reads++;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  return { cache: new SessionCache({ ...core, db }), count: () => reads };
}
