import type { Budget, Budgets } from "@tertulia/model/ports/budgets";
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import type { RedisLink } from "./redis-link.ts";
import { spend } from "./spend.ts";

/** Budgets that all nodes share. While Redis is out of reach each node has its own. */
export class RedisBudgets implements Budgets {
  readonly #link: () => RedisLink | null;

  constructor(link: () => RedisLink | null) {
    this.#link = link;
  }

  open(name: string, limit: number, windowMs: number): Budget {
    const rules = { keyPrefix: `tertulia:budget:${name}`, points: limit, duration: windowMs / 1_000 };
    const limiter = new RateLimiterRedis({ ...rules, storeClient: new LinkedClient(this.#link), insuranceLimiter: new RateLimiterMemory(rules) });
    return { spend: (key, amount) => spend(limiter, windowMs, key, amount) };
  }
}

/** As much of an ioredis client as the library asks, over whichever link there is now, to whichever server of a cluster has the key. */
class LinkedClient {
  readonly #link: () => RedisLink | null;
  #script = "";

  constructor(link: () => RedisLink | null) {
    this.#link = link;
  }

  defineCommand(_name: "rlflxIncr", { lua }: { lua: string }): void {
    this.#script = lua;
  }

  async rlflxIncr([key = "", ...args]: string[]): Promise<unknown> {
    const link = this.#link();
    if (!link) throw new Error("Redis is out of reach.");
    return link.run(this.#script, key, ...args);
  }
}
