import type { Leases } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import { MemoryLeases } from "./memory-leases.ts";
import type { RedisLink } from "./redis-link.ts";

const LAPSING = "tertulia:lapsing";
const LAPSED_AT_ONCE = 200;

// Time is Redis' own, so that no node's clock matters. Each script touches one key, so that a cluster's servers can run them.
const NOW = `local time = redis.call("TIME") local now = time[1] * 1000 + math.floor(time[2] / 1000) `;
// A lease is a hash of holder → "<until> <value>".
const LIVE = `${NOW}
local live = {} local latest = 0
local claims = redis.call("HGETALL", KEYS[1])
for i = 1, #claims, 2 do
  local ends, value = string.match(claims[i + 1], "^(%d+) (.*)$")
  if tonumber(ends) <= now then redis.call("HDEL", KEYS[1], claims[i])
  else live[#live + 1] = value latest = math.max(latest, tonumber(ends)) end
end `;
const HOLD = `${LIVE}
local ends = now + ARGV[3]
redis.call("HSET", KEYS[1], ARGV[1], string.format("%d ", ends) .. ARGV[2])
redis.call("PEXPIREAT", KEYS[1], string.format("%d", math.max(latest, ends)))
return #live`;
const DROP = `redis.call("HDEL", KEYS[1], ARGV[1]) ${LIVE} return #live`;
const HELD = `${LIVE} return live`;
const WILL_LAPSE = `${NOW} redis.call("ZADD", KEYS[1], "GT", string.format("%d", now + ARGV[2]), ARGV[1])`;
const WONT_LAPSE = `redis.call("ZREM", KEYS[1], ARGV[1])`;
const TAKE_LAPSED = `${NOW}
local keys = redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", string.format("%d", now), "LIMIT", 0, ARGV[1])
if #keys > 0 then redis.call("ZREM", KEYS[1], unpack(keys)) end
return keys`;

/** Leases that all nodes share. While Redis is out of reach each node knows its own only, and they are to be held anew when it is back. */
export class RedisLeases implements Leases {
  readonly #link: () => RedisLink | null;
  /** What this node holds, as it would be without the others. */
  readonly #own: MemoryLeases;

  constructor(link: () => RedisLink | null, clock: Clock) {
    this.#link = link;
    this.#own = new MemoryLeases(clock);
  }

  async hold(key: string, holder: string, value: string, ttlMs: number): Promise<number> {
    const heldHere = await this.#own.hold(key, holder, value, ttlMs);
    const link = this.#link();
    if (!link) return heldHere;
    const [before] = await Promise.all([link.run(HOLD, keyOf(key), holder, value, ttlMs), link.run(WILL_LAPSE, LAPSING, key, ttlMs)]);
    return Number(before);
  }

  async drop(key: string, holder: string): Promise<number> {
    const leftHere = await this.#own.drop(key, holder);
    const link = this.#link();
    if (!link) return leftHere;
    const left = Number(await link.run(DROP, keyOf(key), holder));
    // Whoever holds it again at this very moment says so again with the next renewal.
    if (left === 0) await link.run(WONT_LAPSE, LAPSING, key);
    return left;
  }

  async held(keys: string[]): Promise<string[][]> {
    const link = this.#link();
    if (!link) return this.#own.held(keys);
    try {
      return await Promise.all(keys.map(async (key) => strings(await link.run(HELD, keyOf(key)))));
    } catch {
      // It is going away, and the link will say so in a moment.
      return this.#own.held(keys);
    }
  }

  async lapsed(): Promise<string[]> {
    const link = this.#link();
    return link ? strings(await link.run(TAKE_LAPSED, LAPSING, LAPSED_AT_ONCE)) : [];
  }
}

const keyOf = (key: string) => `tertulia:lease:${key}`;
const strings = (answer: unknown): string[] => (Array.isArray(answer) ? answer.filter((item) => typeof item === "string") : []);
