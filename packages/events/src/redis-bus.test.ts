import { EVERYONE, type RoomNote } from "@tertulia/model/ports/bus";
import type { Log } from "@tertulia/model/ports/log";
import type { RoomEvent } from "@tertulia/model/events";
import { systemClock } from "@tertulia/server/system-clock";
import { type Line, layLine } from "@tertulia/testing/line";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { busContract } from "./bus-contract.ts";
import { RedisBus } from "./redis-bus.ts";
import { RedisLink } from "./redis-link.ts";
import { askRedis, hasRedis, type RedisServer, startRedis, startRedisCluster } from "./testing/redis-server.ts";

const room = "0190f3a0-0000-7000-8000-000000000001";
const mira = "0190f3a0-0000-7000-8000-00000000000a";

describe.skipIf(!hasRedis)("the bus on Redis (left out where redis-server isn't installed)", () => {
  describe.each([
    ["a single Redis", async () => [await startRedis()]],
    ["a Redis cluster of two servers", () => startRedisCluster()],
  ] as const)("on %s", (_, start) => {
    let servers: RedisServer[] = [];
    beforeAll(async () => {
      servers = await start();
    });
    afterAll(async () => {
      for (const server of servers) await server[Symbol.asyncDispose]();
    });

    const onEach = async (work: (redis: Redis) => Promise<unknown>) => {
      for (const server of servers) await askRedis(server, work);
    };
    busContract(async () => {
      await onEach((redis) => redis.flushall());
      const [here, there] = [await open(servers[0]), await open(servers.at(-1))];
      return { here, there, pass: (ms) => onEach((redis) => letAge(redis, ms)), close: () => closeAll(here, there) };
    });

    test("is up at once", async () => {
      const bus = await open(servers[0]);
      expect(bus.isUp).toBe(true);
      await bus.close();
    });
  });

  describe("when things go wrong", () => {
    let redis: RedisServer;
    let here: RedisBus;
    let there: RedisBus;
    const sentences: string[] = [];
    const noting: Log = { debug() {}, info() {}, warn: (_, sentence) => void sentences.push(sentence), error: (_, sentence) => void sentences.push(sentence) };

    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis[Symbol.asyncDispose]());
    afterEach(async () => {
      await closeAll(here, there);
      sentences.length = 0;
    });

    /** Two nodes, and what is heard in the room on the other one. */
    async function meet() {
      [here, there] = [await open(redis), await open(redis, noting)];
      const heard: RoomNote[] = [];
      await there.listen("room", room, (note) => void heard.push(note));
      return heard;
    }

    test("what a stranger writes on a channel, and what a newer version says, is left aside and told once", async () => {
      const heard = await meet();
      const strange = ["", "Tea?", "null", "[1]", "{}", '{"from":7,"note":{"kind":"typing"}}', '{"from":"x"}', '{"from":"x","note":null}', `{"from":"x","note":{"kind":"events","firstSeq":"1","events":[]}}`];
      const newer = [`{"from":"x","note":{"kind":"dance","of":"tomas"}}`, `{"from":"x","note":{"kind":"constructor"}}`];
      await askRedis(redis, async (asked) => {
        for (const text of [...strange, ...newer]) await asked.publish(`tertulia:room:${room}`, text);
      });
      here.publish("room", room, typing("tomas"));
      await expect.poll(() => heard).toEqual([typing("tomas")]);
      expect(sentences).toEqual(["Something was said on the bus that isn't understood; it is left aside."]);
    });

    test("a node hears its own notes once, and another's once though it listens twice over", async () => {
      const heard = await meet();
      there.publish("room", room, typing("mine"));
      here.publish("room", room, typing("yours"));
      await expect.poll(() => heard).toContainEqual(typing("yours"));
      // Whatever else is to come on this channel comes before this.
      here.publish("room", room, typing("last"));
      await expect.poll(() => heard.at(-1)).toEqual(typing("last"));
      expect(heard).toHaveLength(3);
    });

    test("what is too large for the bus rings the bell only, for other nodes", async () => {
      const heard = await meet();
      const own: RoomNote[] = [];
      await here.listen("room", room, (note) => void own.push(note));
      const events = [aPost(41, "x".repeat(40_000)), aPost(42, "y".repeat(40_000))];
      here.publish("room", room, { kind: "events", firstSeq: 41, events });
      await expect.poll(() => heard).toEqual([{ kind: "grown", headSeq: 42 }]);
      expect(own).toEqual([{ kind: "events", firstSeq: 41, events }]);
    });

    test("[A17] who asks for leases of a Redis that stands still, before anyone knows, gets those of this node", async () => {
      await meet();
      await here.leases.hold("presence:mira", "tab 1", "online", 45_000);
      redis.stall();
      const held = await here.leases.held(["presence:mira", "presence:wen"]).finally(() => redis.goOn());
      expect(held).toEqual([["online"], []]);
    });

    test.each([
      ["is killed and comes back empty", () => redis.crash(), () => redis.startAgain()],
      ["stands still and goes on", async () => redis.stall(), async () => redis.goOn()],
    ])("[A17] [A16] a Redis that %s: a node hears itself all the while, others again as soon as it is back", async (_, away, back) => {
      const heard = await meet();
      let ups = 0;
      there.onUp(() => ups++);
      await away();
      // A Redis that stands still has to be pinged before anyone knows.
      await expect.poll(() => here.isUp || there.isUp).toBe(false);
      here.publish("room", room, typing("nobody hears this there"));
      there.publish("room", room, typing("at home"));
      await expect.poll(() => heard).toEqual([typing("at home")]);
      // Listening neither waits nor fails, and is made good when Redis is back.
      const later: unknown[] = [];
      await there.listen("user", mira, (note) => void later.push(note));
      expect(await there.leases.hold("presence:mira", "tab", "online", 45_000)).toBe(0);
      expect(await there.leases.held(["presence:mira"])).toEqual([["online"]]);
      expect(await there.leases.lapsed()).toEqual([]);

      await back();
      await expect.poll(() => here.isUp && there.isUp && ups > 0).toBe(true);
      here.publish("room", room, typing("back"));
      here.publish("user", mira, { kind: "account.changed" });
      await expect.poll(() => later).toEqual([{ kind: "account.changed" }]);
      await expect.poll(() => heard).toEqual([typing("at home"), typing("back")]);
      expect(ups).toBe(1);
      expect(sentences.filter((sentence) => sentence.includes("out of reach"))).toHaveLength(1);
    });

    test.each([
      ["what it said as its line went", async (line: Line) => {
        line.silence();
        here.publish("user", mira, { kind: "account.changed" });
        await expect.poll(() => here.isUp).toBe(false);
      }],
      ["what it said while it was cut off", async (line: Line) => {
        line.silence();
        await expect.poll(() => here.isUp).toBe(false);
        here.publish("user", mira, { kind: "account.changed" });
        // An attempt to reach Redis takes two seconds to fail: by the next one it was due to say so, and couldn't.
        const made = line.made;
        await expect.poll(() => line.made).toBeGreaterThan(made + 1);
      }],
      ["more at once than Redis takes", async () => {
        for (let note = 0; note < 200; note++) here.publish("room", room, typing("x".repeat(60_000)));
      }],
    ])("[A17] a node that alone couldn't tell %s says so to the others as soon as it can: they look for themselves", async (_, lose) => {
      await using line = await layLine(redis.url);
      [here, there] = [await open(line), await open(redis)];
      let [missed, ups, mended] = [0, 0, 0];
      there.onMissed(() => missed++);
      there.onUp(() => ups++);
      here.onMissed(() => mended++);
      await lose(line);
      expect([there.isUp, missed]).toEqual([true, 0]);
      const wasCut = !here.isUp;
      line.speak();
      await expect.poll(() => missed).toBe(1);
      expect([ups, mended]).toEqual([0, wasCut ? 1 : 0]);
    });

    test("[A17] what waited on a line that had gone silent is not heard when the line speaks again: what was said later may have come before it", async () => {
      await using line = await layLine(redis.url);
      [here, there] = [await open(redis), await open(line)];
      const heard: RoomNote[] = [];
      await there.listen("room", room, (note) => void heard.push(note));
      line.silence();
      here.publish("room", room, typing("early"));
      await expect.poll(() => there.isUp).toBe(false);
      line.speak();
      await expect.poll(() => there.isUp).toBe(true);
      here.publish("room", room, typing("late"));
      await expect.poll(() => heard.at(-1)).toEqual(typing("late"));
      expect(heard).toEqual([typing("late")]);
    });

    test("[A17] a limit goes on counting on each node while Redis is away, says that it does, and doesn't begin anew", async () => {
      await meet();
      const take = (bus: RedisBus) => bus.counters.take("posts:mira", 3, 60_000);
      expect(await take(there)).toMatchObject({ isTaken: true, isShared: true });
      await redis.crash();
      await expect.poll(() => there.isUp).toBe(false);
      expect(await take(there)).toMatchObject({ isTaken: true, isShared: false });
      expect(await take(there)).toMatchObject({ isTaken: true, isShared: false });
      expect(await take(there)).toMatchObject({ isTaken: false, isShared: false });
      await redis.startAgain();
      await expect.poll(() => there.isUp).toBe(true);
      expect(await take(there)).toMatchObject({ isTaken: false, isShared: true });
    });

    test("[A17] a budget is each node's own while Redis is away, and shared again when it is back", async () => {
      await meet();
      const [atHome, elsewhere] = [here.budgets.open("requests", 2, 60_000), there.budgets.open("requests", 2, 60_000)];
      expect(await atHome.spend("mira", 2)).toMatchObject({ isWithin: true });
      await redis.crash();
      await expect.poll(() => here.isUp || there.isUp).toBe(false);
      for (const budget of [atHome, elsewhere]) expect([await budget.spend("mira", 2), await budget.spend("mira", 1)]).toMatchObject([{ isWithin: true }, { isWithin: false }]);
      await redis.startAgain();
      await expect.poll(() => here.isUp && there.isUp).toBe(true);
      expect([await atHome.spend("mira", 2), await elsewhere.spend("mira", 1)]).toMatchObject([{ isWithin: true }, { isWithin: false }]);
    });

    test("a node that starts without Redis is open all the same, and joins when there is one", async () => {
      await redis.crash();
      [here, there] = [await open(redis), await open(redis, noting)];
      expect(here.isUp).toBe(false);
      const heard: unknown[] = [];
      await there.listen("server", EVERYONE, (note) => void heard.push(note));
      await redis.startAgain();
      await expect.poll(() => here.isUp && there.isUp).toBe(true);
      const notice = { kind: "notice", notice: { id: mira, kind: "restart", text: "Soon", severity: "info", at: "", scheduledAt: null, durationMinutes: null } } as const;
      here.publish("server", EVERYONE, notice);
      await expect.poll(() => heard).toEqual([notice]);
      expect(sentences).toContain("Redis can't be reached.");
    });

    test("what a Redis that stands still doesn't take fills no memory", async () => {
      await meet();
      const link = await RedisLink.open({ url: redis.url, clock: systemClock, hear: () => {} });
      redis.stall();
      const text = "x".repeat(60_000);
      const taken = Array.from({ length: 1_000 }, () => link.publish(`tertulia:room:${room}`, text)).filter((isOnItsWay) => isOnItsWay).length;
      expect(taken * text.length).toBeLessThan(10 * 1024 * 1024);
      redis.goOn();
      link.close();
    });
  });
});

const typing = (username: string): RoomNote => ({ kind: "typing", typing: { userId: mira, username, typing: true } });

function aPost(seq: number, content: string): RoomEvent {
  const at = new Date(0).toISOString();
  return { type: "message.deleted", roomId: room, seq, at, actorId: mira, messageId: content };
}

function open(redis: { url: string } | undefined, log: Log = silent): Promise<RedisBus> {
  if (!redis) throw new Error("There is a server.");
  return RedisBus.open({ url: redis.url, clock: systemClock, log });
}

async function closeAll(...buses: RedisBus[]): Promise<void> {
  for (const bus of buses) await bus.close();
}

/** As if so much time had passed, for everything that Redis keeps. */
async function letAge(redis: Redis, ms: number): Promise<void> {
  for (const key of await redis.keys("tertulia:lease:*")) {
    for (const [holder, claim] of Object.entries(await redis.hgetall(key))) {
      const [ends = "", ...value] = claim.split(" ");
      await redis.hset(key, holder, [Number(ends) - ms, ...value].join(" "));
    }
  }
  for (const key of [...(await redis.keys("tertulia:lapsing")), ...(await redis.keys("tertulia:count:*"))]) {
    for (const member of await redis.zrange(key, 0, "-1")) await redis.zincrby(key, -ms, member);
  }
  for (const key of await redis.keys("tertulia:budget:*")) await redis.pexpire(key, (await redis.pttl(key)) - ms);
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
