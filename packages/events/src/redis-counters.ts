import { randomUUID } from "node:crypto";
import type { Counters, Taking } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import { MemoryCounters } from "./memory-counters.ts";
import type { RedisLink } from "./redis-link.ts";

// A sliding log by Redis' own time. When that was put back, what seems to be still to come counts as taken now.
const TAKE = `
local time = redis.call("TIME") local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, window, place = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", string.format("%d", now - window))
for _, ahead in ipairs(redis.call("ZRANGEBYSCORE", KEYS[1], string.format("(%d", now), "+inf")) do redis.call("ZADD", KEYS[1], string.format("%d", now), ahead) end
if redis.call("ZCARD", KEYS[1]) >= limit then
  return math.max(1, redis.call("ZRANGE", KEYS[1], 0, 0, "WITHSCORES")[2] + window - now)
end
redis.call("ZADD", KEYS[1], string.format("%d", now), place)
redis.call("PEXPIRE", KEYS[1], window)
return 0`;
const GIVE_BACK = `redis.call("ZREM", KEYS[1], ARGV[1])`;

/** Counters that all nodes share. Each node keeps its own count beside, which goes on alone while Redis is out of reach and doesn't begin at nought then. */
export class RedisCounters implements Counters {
  readonly #link: () => RedisLink | null;
  readonly #own: MemoryCounters;
  readonly #log: Log;

  constructor(link: () => RedisLink | null, { clock, log }: { clock: Clock; log: Log }) {
    this.#link = link;
    this.#own = new MemoryCounters(clock);
    this.#log = log;
  }

  async take(key: string, limit: number, windowMs: number): Promise<Taking> {
    const link = this.#link();
    const here = await this.#own.take(key, limit, windowMs);
    // What this node let through alone was let through by all.
    if (!here.isTaken || !link) return { ...here, isShared: link !== null };
    const place = randomUUID();
    try {
      const freeAfterMs = Number(await link.run(TAKE, keyOf(key), limit, windowMs, place));
      if (freeAfterMs === 0) return { isTaken: true, giveBack: () => this.#giveBack(link, key, place, here.giveBack), isShared: true };
      here.giveBack();
      return { isTaken: false, freeAfterMs, isShared: true };
    } catch (error) {
      this.#log.debug({ err: error }, "A limit was counted by this node alone.");
      return { ...here, isShared: false };
    }
  }

  #giveBack(link: RedisLink, key: string, place: string, giveBackHere: () => void): void {
    giveBackHere();
    // A place that couldn't be given back is free again when its time has passed.
    link.run(GIVE_BACK, keyOf(key), place).catch((error: unknown) => this.#log.debug({ err: error }, "A place under a limit could not be given back."));
  }
}

const keyOf = (key: string) => `tertulia:count:${key}`;
