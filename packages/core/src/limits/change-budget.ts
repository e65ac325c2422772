import type { Actor } from "@tertulia/model/actor";
import type { Budget } from "@tertulia/model/ports/budgets";
import type { CoreParts } from "../core.ts";
import { rateLimited } from "./rate-limited.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * How much a person may change beside what they post, through all doors and nodes together, so that a program gone wild fills neither the logs of rooms
 * nor everyone's screens. `changeAs` takes from it; a refused change counts too.
 */
export class ChangeBudget {
  readonly #clock: CoreParts["clock"];
  readonly #limits: { changes: number; rooms: number };
  readonly #changes: Budget;
  readonly #rooms: Budget;

  constructor({ bus, clock, settings: { changesPerMinute, roomsPerHour } }: Pick<CoreParts, "bus" | "clock" | "settings">) {
    this.#clock = clock;
    this.#limits = { changes: changesPerMinute, rooms: roomsPerHour };
    this.#changes = bus.budgets.open("changes", changesPerMinute, MINUTE_MS);
    this.#rooms = bus.budgets.open("rooms", roomsPerHour, HOUR_MS);
  }

  /** @throws RATE_LIMITED {limit, resetAt, retryAfterMs} */
  async takeChange({ user }: Actor): Promise<void> {
    await this.#spend(this.#changes, this.#limits.changes, user.id);
  }

  /** A room is a change that stays. @throws RATE_LIMITED {limit, resetAt, retryAfterMs} */
  async takeRoom({ user }: Actor): Promise<void> {
    await this.#spend(this.#rooms, this.#limits.rooms, user.id);
  }

  async #spend(budget: Budget, limit: number, userId: string): Promise<void> {
    const { isWithin, resetMs } = await budget.spend(userId, 1);
    if (!isWithin) throw rateLimited(this.#clock, limit, resetMs);
  }
}
