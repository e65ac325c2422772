import type { Counters } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import { Refusal } from "@tertulia/model/refusals";
import { rateLimited } from "../limits/rate-limited.ts";

const MINUTE_MS = 60_000;
const ASK_AGAIN_AFTER_MS = 2_000;

interface Sources {
  bus: { counters: Counters };
  clock: Clock;
}

/** How often a secret may be guessed, or an account made, on all nodes together. What is guessed right doesn't count. */
export class AttemptLimit {
  readonly #sources: Sources;
  readonly #name: string;
  readonly #tries: number;
  readonly #withinMs: number;

  constructor(sources: Sources, name: string, tries: number, withinMs: number) {
    this.#sources = sources;
    this.#name = name;
    this.#tries = tries;
    this.#withinMs = withinMs;
  }

  /**
   * Takes one of the tries, before the guess is looked at, so that many at once are no way around. The answer gives it back: the guess was right.
   * @throws RATE_LIMITED {limit, resetAt, retryAfterMs}; UNAVAILABLE {reason: LIMITS_AWAY} while the nodes can't count together (quality A17)
   */
  async take(key: string): Promise<() => void> {
    const { bus, clock } = this.#sources;
    const taking = await bus.counters.take(`${this.#name}:${key}`, this.#tries, this.#withinMs);
    if (!taking.isTaken) throw rateLimited(clock, this.#tries, taking.freeAfterMs);
    if (taking.isShared) return taking.giveBack;
    // Each node for itself would let as many times more guesses through as there are nodes. What wasn't even looked at is no guess.
    taking.giveBack();
    throw new Refusal("UNAVAILABLE", { reason: "LIMITS_AWAY", retryAfterMs: ASK_AGAIN_AFTER_MS });
  }
}

/** Everything that may be tried so often only. */
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
  /** Wrong invitation codes, per user. */
  invite: AttemptLimit;
}

export const openAttemptLimits = (sources: Sources): AttemptLimits => ({
  signIn: new AttemptLimit(sources, "sign-in", 5, 15 * MINUTE_MS),
  ownPassword: new AttemptLimit(sources, "own-password", 5, 15 * MINUTE_MS),
  registration: new AttemptLimit(sources, "registration", 10, 60 * MINUTE_MS),
  setupCode: new AttemptLimit(sources, "setup-code", 10, 15 * MINUTE_MS),
  roomPasswordByUser: new AttemptLimit(sources, "room-password-by-user", 5, MINUTE_MS),
  roomPasswordByRoom: new AttemptLimit(sources, "room-password-by-room", 20, MINUTE_MS),
  invite: new AttemptLimit(sources, "invite", 10, MINUTE_MS),
});
