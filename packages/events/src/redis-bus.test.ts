import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe } from "vitest";
import { busContract } from "./bus-contract.ts";
import { RedisBus } from "./redis-bus.ts";
import { hasRedis, RedisServer } from "./testing/redis-server.ts";


describe.skipIf(!hasRedis)("without redis-server installed, the bus on Redis isn't tested", () => {
  describe.each([["a single Redis", false], ["a Redis cluster", true]] as const)("the bus on %s", (_, isCluster) => {
    let redis: RedisServer;
    beforeAll(async () => {
      redis = await RedisServer.start({ isCluster });
    });
    afterAll(() => redis[Symbol.asyncDispose]());

    busContract(async () => {
      await redis.ask((asked) => asked.flushall());
      const [here, there] = [await open(redis), await open(redis)];
      return {
        here,
        there,
        pass: (ms) => redis.ask((asked) => letAge(asked, ms)),
        async close() {
          await here.close();
          await there.close();
        },
      };
    });
  });
});

async function open(redis: RedisServer, log: Log = silent): Promise<RedisBus> {
  return RedisBus.open({ url: redis.url, clock: machineClock, log });
}

/** As if so much time had passed, for everything that Redis keeps. */
async function letAge(redis: Redis, ms: number): Promise<void> {
  for (const key of await redis.keys("tertulia:lease:*")) {
    for (const [holder, claim] of Object.entries(await redis.hgetall(key))) {
      const [ends = "", ...value] = claim.split(" ");
      await redis.hset(key, holder, [Number(ends) - ms, ...value].join(" "));
    }
  }
  for (const key of ["tertulia:lapsing", ...(await redis.keys("tertulia:count:*"))]) {
    for (const member of await redis.zrange(key, 0, "-1")) await redis.zincrby(key, -ms, member);
  }
}

const machineClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
