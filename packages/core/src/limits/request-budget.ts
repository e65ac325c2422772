import type { Actor } from "@tertulia/model/actor";
import type { Budget } from "@tertulia/model/ports/budgets";
import { type Caller, isLoopback, networkOf } from "../accounts/caller.ts";
import type { CoreParts } from "../core.ts";
import { rateLimited } from "./rate-limited.ts";

const WINDOW_MS = 60_000;

/** What may still be asked, in the words of the RateLimit headers. */
export interface BudgetLeft {
  limit: number;
  remaining: number;
  /** Until all of it is there again. */
  resetMs: number;
}

/**
 * How much may be asked over HTTP in a minute, through all doors and nodes together: by a person, and half of it by an address from which nobody says
 * who they are. This machine's own addresses and unknown ones have no bounds. Every HTTP door takes from it as soon as it knows who asks; what comes
 * over a WebSocket has the budget of its connection instead.
 */
export class RequestBudget {
  readonly #clock: CoreParts["clock"];
  readonly #limits: { person: number; address: number };
  readonly #people: Budget;
  readonly #addresses: Budget;

  constructor({ bus, clock, settings: { requestsPerMinute } }: Pick<CoreParts, "bus" | "clock" | "settings">) {
    this.#clock = clock;
    this.#limits = { person: requestsPerMinute, address: Math.ceil(requestsPerMinute / 2) };
    this.#people = bus.budgets.open("requests-by-person", this.#limits.person, WINDOW_MS);
    this.#addresses = bus.budgets.open("requests-by-address", this.#limits.address, WINDOW_MS);
  }

  /**
   * A request that is several calls in one takes as many. Answers null for whom there are no bounds.
   * @throws RATE_LIMITED {limit, resetAt, retryAfterMs}
   */
  async take(actor: Actor | null, { ip }: Caller, calls = 1): Promise<BudgetLeft | null> {
    if (actor) return this.#spend(this.#people, this.#limits.person, actor.user.id, calls);
    if (ip === null || isLoopback(ip)) return null;
    return this.#spend(this.#addresses, this.#limits.address, networkOf(ip), calls);
  }

  async #spend(budget: Budget, limit: number, key: string, calls: number): Promise<BudgetLeft> {
    const { isWithin, remaining, resetMs } = await budget.spend(key, calls);
    if (!isWithin) throw rateLimited(this.#clock, limit, resetMs);
    return { limit, remaining, resetMs };
  }
}
