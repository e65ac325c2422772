import type { Budget, Budgets } from "@tertulia/model/ports/budgets";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { spend } from "./spend.ts";

/** Budgets of one node. */
export class MemoryBudgets implements Budgets {
  readonly #limiters = new Map<string, RateLimiterMemory>();

  open(name: string, limit: number, windowMs: number): Budget {
    const limiter = this.#limiters.get(name) ?? new RateLimiterMemory({ points: limit, duration: windowMs / 1_000 });
    this.#limiters.set(name, limiter);
    return { spend: (key, amount) => spend(limiter, windowMs, key, amount) };
  }
}
