import type { RefusalCode } from "@tertulia/model/refusals";
import { refusalOf } from "../refusal-of.ts";
import { backoff } from "./backoff.ts";

/** Refusals that pass by themselves. */
const passing = new Set<RefusalCode | undefined>([undefined, "UNAVAILABLE", "STORAGE_FULL", "RATE_LIMITED"]);
const TRIES_AT_INTERNAL = 3;

/** Whether the same question may be answered later: it got no answer, or a refusal that passes. What is asked too often in vain is given up, if `tried` tells how often. */
export function mayPass(error: unknown, tried = 0): boolean {
  const code = refusalOf(error)?.code;
  return passing.has(code) || (code === "INTERNAL" && tried < TRIES_AT_INTERNAL);
}

/** Waiting that ends early when the connection comes back. */
export interface Patience {
  /** Asks again until it's answered, or refused for a reason that stays, and rejects with that error. A server's inner failure is one, the third time, unless nothing goes on without the answer. */
  insist<T>(ask: () => Promise<T>, isVital?: boolean): Promise<T>;
  /** Waits `backoff(tried)`, or until `wake()`. Rejects once the client is closed. */
  nap(tried: number): Promise<void>;
  wake(): void;
  end(): void;
}

export function createPatience(): Patience {
  const naps = new Set<PromiseWithResolvers<void>>();
  let ended = false;

  async function nap(tried: number): Promise<void> {
    if (ended) throw new Error("This client has been closed.");
    const rest = Promise.withResolvers<void>();
    const timer = setTimeout(rest.resolve, backoff(tried));
    naps.add(rest);
    try {
      await rest.promise;
    } finally {
      clearTimeout(timer);
      naps.delete(rest);
    }
  }

  return {
    nap,
    async insist(ask, isVital = false) {
      for (let tried = 1; ; tried++) {
        try {
          return await ask();
        } catch (error) {
          if (!mayPass(error, isVital ? 0 : tried)) throw error;
          await nap(tried);
        }
      }
    },
    wake() {
      for (const { resolve } of naps) resolve();
    },
    end() {
      ended = true;
      for (const { reject } of naps) reject(new Error("This client has been closed."));
    },
  };
}
