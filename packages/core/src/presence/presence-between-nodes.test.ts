import type { Database } from "@tertulia/db/open";
import { openTestDatabase, silentLog } from "@tertulia/db/testing/open-test-database";
import { RedisBus } from "@tertulia/events/redis-bus";
import { askRedis, hasRedis, type RedisServer, startRedis } from "@tertulia/events/testing/redis-server";
import type { Actor } from "@tertulia/model/actor";
import { systemClock } from "@tertulia/server/system-clock";
import { layLine } from "@tertulia/testing/line";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn } from "../../test/cast.ts";
import { listen } from "../../test/listener.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import { addMember } from "../members/add-member.ts";
import { getPresence } from "./get-presence.ts";

describe.skipIf(!hasRedis)("presence between two nodes (left out where redis-server isn't installed)", () => {
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

  test("[A26] who came, and who went, while the nodes couldn't hear each other is told when they can, and nobody who stayed is told to be gone", async () => {
    const clock = new MovableClock();
    const buses = await Promise.all([1, 2].map(() => RedisBus.open({ url: redis.url, clock: systemClock, log: silentLog })));
    const [one, other] = await Promise.all(buses.map((bus) => openTestCore(database, {}, { clock, bus })));
    if (!one || !other) throw new Error("There are two nodes.");
    const { mira, tomas, wen, roomId } = await castIn(one.core);
    await addMember(one.core, mira, { roomId, userId: wen.user.id });
    const follower = await listen(one.core, mira, { kind: "presence", roomId });
    const told = ({ user }: Actor) => follower.presence.flatMap(({ userId, status }) => (userId === user.id ? [status] : []));
    await other.core.presence.connect("mira's tab", mira);
    await other.core.presence.connect("wen's tab", wen);
    clock.move(1_000);
    await expect.poll(() => told(wen).at(-1)).toBe("online");

    await redis.crash();
    await expect.poll(() => buses.some(({ isUp }) => isUp)).toBe(false);
    await other.core.presence.connect("tomas' tab", tomas);
    other.core.presence.disconnect("wen's tab");
    // Longer than a lease: in Redis all of them are gone, as they would be after a break.
    for (let second = 0; second < 60; second++) {
      clock.move(1_000);
      for (const { core } of [one, other]) await core.presence.settled();
    }
    expect(told(tomas)).not.toContain("online");
    expect(await getPresence(other.core, mira, { userIds: [tomas.user.id] })).toMatchObject([{ status: "online" }]);

    await redis.startAgain();
    await expect.poll(() => buses.every(({ isUp }) => isUp)).toBe(true);
    for (const { core } of [one, other]) await core.presence.settled();
    await expect
      .poll(() => {
        // What comes in one second is told together.
        clock.move(5_000);
        return [told(tomas).at(-1), told(wen).at(-1)];
      })
      .toEqual(["online", "offline"]);
    expect(await getPresence(one.core, mira, { userIds: [tomas.user.id, wen.user.id] })).toEqual(
      expect.arrayContaining([expect.objectContaining({ userId: tomas.user.id, status: "online" }), expect.objectContaining({ userId: wen.user.id, status: "offline" })]),
    );
    const firstOnline = told(mira).indexOf("online");
    expect(told(mira).slice(firstOnline)).not.toContain("offline");
    for (const { core } of [one, other]) await core.close();
    for (const bus of buses) await bus.close();
  });

  test("[A26] whose node alone is cut off for longer than their lease is told to be gone, and to be back when it is", async () => {
    await using line = await layLine(redis.url);
    const clock = new MovableClock();
    const buses = await Promise.all([redis.url, line.url].map((url) => RedisBus.open({ url, clock: systemClock, log: silentLog })));
    const [one, other] = await Promise.all(buses.map((bus) => openTestCore(database, {}, { clock, bus })));
    if (!one || !other) throw new Error("There are two nodes.");
    const { mira, tomas, roomId } = await castIn(one.core);
    const follower = await listen(one.core, mira, { kind: "presence", roomId });
    const toldLast = () => {
      // What comes in one second is told together.
      clock.move(1_000);
      return follower.presence.findLast(({ userId }) => userId === tomas.user.id)?.status;
    };
    await other.core.presence.connect("tomas' tab", tomas);
    await expect.poll(toldLast).toBe("online");
    line.silence();
    await expect.poll(() => buses[1]?.isUp).toBe(false);
    // As if nobody had renewed a lease for 45 s.
    await askRedis(redis, async (asked) => {
      for (const key of await asked.keys("tertulia:lease:*")) await asked.del(key);
      for (const key of await asked.zrange("tertulia:lapsing", 0, "-1")) await asked.zadd("tertulia:lapsing", 1, key);
    });
    await expect.poll(toldLast).toBe("offline");
    line.speak();
    await expect.poll(toldLast).toBe("online");
    expect(buses[0]?.isUp).toBe(true);
    for (const { core } of [one, other]) await core.close();
    for (const bus of buses) await bus.close();
  });
});
