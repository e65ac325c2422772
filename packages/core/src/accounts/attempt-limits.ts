import { Refusal } from "@tertulia/model/refusals";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** How often a secret may be guessed, or an account made. What is guessed right doesn't count. */
export class AttemptLimit {
  readonly #limiter: RateLimiterMemory;
  readonly #tries: number;

  constructor(tries: number, withinSeconds: number) {
    this.#tries = tries;
    this.#limiter = new RateLimiterMemory({ points: tries, duration: withinSeconds });
  }

  /** Takes one of the tries, before the guess is looked at, so that many at once are no way around. @throws RATE_LIMITED {limit, resetAt, retryAfterMs} */
  async take(key: string): Promise<void> {
    try {
      await this.#limiter.consume(key);
    } catch (rejected) {
      if (!(rejected instanceof RateLimiterRes)) throw rejected;
      // What wasn't even looked at is no guess.
      await this.#limiter.reward(key);
      const retryAfterMs = Math.max(1, rejected.msBeforeNext);
      throw new Refusal("RATE_LIMITED", { limit: this.#tries, resetAt: new Date(Date.now() + retryAfterMs).toISOString(), retryAfterMs });
    }
  }

  /** The guess was right: gives its try back. */
  async giveBack(key: string): Promise<void> {
    await this.#limiter.reward(key);
  }
}

/** Everything that may be tried so often only, on this node. */
export interface AttemptLimits {
  /** Wrong passwords at sign-in, per account and address. */
  signIn: AttemptLimit;
  /** Wrong current passwords, per user. */
  ownPassword: AttemptLimit;
  /** Accounts made, per address beyond this machine. */
  registration: AttemptLimit;
  /** Wrong setup codes, all together. */
  setupCode: AttemptLimit;
  roomPasswordByUser: AttemptLimit;
  roomPasswordByRoom: AttemptLimit;
}

export const openAttemptLimits = (): AttemptLimits => ({
  signIn: new AttemptLimit(5, 15 * 60),
  ownPassword: new AttemptLimit(5, 15 * 60),
  registration: new AttemptLimit(10, 60 * 60),
  setupCode: new AttemptLimit(10, 15 * 60),
  roomPasswordByUser: new AttemptLimit(5, 60),
  roomPasswordByRoom: new AttemptLimit(20, 60),
});
