import type { Database } from "@tertulia/db/open";
import { openTestDatabase, silentLog } from "@tertulia/db/testing/open-test-database";
import { RedisBus } from "@tertulia/events/redis-bus";
import { hasRedis, type RedisServer, startRedis } from "@tertulia/events/testing/redis-server";
import { systemClock } from "@tertulia/server/system-clock";
import { layLine } from "@tertulia/testing/line";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listenTo, person } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import { actorForToken } from "./actor-for-token.ts";
import { insertSession } from "./insert-session.ts";
import { revokeSession } from "./revoke-session.ts";

describe.skipIf(!hasRedis)("without redis-server installed, nodes that lose each other aren't tested", () => {
  let database: Database;
  let redis: RedisServer;
  beforeAll(async () => {
    database = await openTestDatabase();
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis[Symbol.asyncDispose]();
    await database.close();
  });

  /** Two nodes, one of which reaches Redis by this address; mira is signed in on two devices, and heard of on the other node. */
  async function twoNodes(urlOfOne = redis.url) {
    const clock = new MovableClock();
    const buses = await Promise.all([urlOfOne, redis.url].map((url) => RedisBus.open({ url, clock: systemClock, log: silentLog })));
    const [one, other] = await Promise.all(buses.map((bus) => openTestCore(database, {}, { clock, bus })));
    if (!one || !other) throw new Error("There are two nodes.");
    const mira = await person(one.core, "mira");
    const signIn = async () => {
      const [now, expiresAt] = [new Date(clock.now()), new Date(clock.now() + 3_600_000)];
      const { token, row } = await insertSession(one.core.db, { userId: mira.user.id, kind: "web", name: null, userAgent: null, ip: null, now, expiresAt });
      return { token, id: row.id };
    };
    const [phone, tablet] = [await signIn(), await signIn()];
    const told = await listenTo(other.core, "user", mira.user.id);
    const toldOf = (sessionId: string) => told.filter((note) => note.kind === "session.revoked" && note.sessionId === sessionId).length;
    const close = async () => {
      for (const { core } of [one, other]) await core.close();
      for (const bus of buses) await bus.close();
    };
    return { clock, buses, one, other, mira, phone, tablet, toldOf, [Symbol.asyncDispose]: close };
  }

  test("[B28] a session revoked on one node ends on the other within 2 s while they can't hear each other, and at once when they can again", async () => {
    await using nodes = await twoNodes();
    const { clock, buses, one, other, mira, phone, tablet, toldOf } = nodes;
    expect(await actorForToken(other.core, phone.token)).not.toBeNull();

    await redis.crash();
    await expect.poll(() => buses.some(({ isUp }) => isUp)).toBe(false);
    await revokeSession(one.core, mira, { id: phone.id });
    expect(toldOf(phone.id)).toBe(0);
    clock.move(2_000);
    await expect.poll(() => toldOf(phone.id)).toBe(1);
    expect(await actorForToken(other.core, phone.token)).toBeNull();

    await revokeSession(one.core, mira, { id: tablet.id });
    await redis.startAgain();
    // By each of them that looks: being told twice changes nothing.
    await expect.poll(() => toldOf(tablet.id)).toBeGreaterThan(0);
    expect(await actorForToken(other.core, tablet.token)).toBeNull();
  });

  test("[B28] a node that alone is cut off revokes a session: it ends on the others, who hear each other all the while, within 2 s", async () => {
    await using line = await layLine(redis.url);
    await using nodes = await twoNodes(line.url);
    const { clock, buses, one, other, mira, phone, tablet, toldOf } = nodes;
    expect(await actorForToken(other.core, phone.token)).not.toBeNull();
    line.silence();
    await expect.poll(() => buses[0]?.isUp).toBe(false);
    await revokeSession(one.core, mira, { id: phone.id });
    expect([buses[1]?.isUp, toldOf(phone.id)]).toEqual([true, 0]);
    clock.move(2_000);
    await expect.poll(() => toldOf(phone.id)).toBe(1);
    expect(await actorForToken(other.core, phone.token)).toBeNull();
    await revokeSession(one.core, mira, { id: tablet.id });
    clock.move(2_000);
    await expect.poll(() => toldOf(tablet.id)).toBe(1);
    expect(toldOf(phone.id)).toBe(1);
  });
});
