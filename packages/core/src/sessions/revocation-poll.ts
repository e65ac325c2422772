import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { Bus } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import type { Kysely } from "kysely";
import { OnceMore } from "../once-more.ts";

const LOOKS_EVERY_MS = 2_000;
/** Nodes' clocks may differ by minutes, and each stamps what it revokes. */
const LATELY_MS = 10 * 60_000;

export interface RevocationPollParts {
  db: Kysely<Tables>;
  bus: Bus;
  clock: Clock;
  log: Log;
}

/**
 * Finds the sessions that other nodes revoked in the database, and tells this node what they told, or would have told (quality B28). It looks all
 * the time: this node may hear everyone and still miss one that is cut off by itself.
 */
export class RevocationPoll {
  readonly #parts: RevocationPollParts;
  /** All that were found last. */
  #told: ReadonlySet<Id> = new Set();
  readonly #looking = new OnceMore(() => this.#look());
  readonly #endListening: () => void;
  #cancel: () => void;

  constructor(parts: RevocationPollParts) {
    this.#parts = parts;
    this.#cancel = this.#lookLater();
    this.#endListening = parts.bus.onMissed(() => void this.#looking.ask());
  }

  close(): void {
    this.#endListening();
    this.#cancel();
  }

  #lookLater(): () => void {
    return this.#parts.clock.after(LOOKS_EVERY_MS, () => {
      this.#cancel = this.#lookLater();
      void this.#looking.ask();
    });
  }

  async #look(): Promise<void> {
    const { db, bus, clock, log } = this.#parts;
    try {
      const revoked = await db
        .selectFrom("user_sessions")
        .select(["id", "user_id"])
        .where("revoked_at", ">", new Date(clock.now() - LATELY_MS))
        .execute();
      for (const { id, user_id: userId } of revoked) {
        if (!this.#told.has(id)) bus.publish("user", userId, { kind: "session.revoked", sessionId: id });
      }
      this.#told = new Set(revoked.map(({ id }) => id));
    } catch (error) {
      log.warn({ err: error }, "Sessions that other nodes revoked could not be looked for.");
    }
  }
}
