import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { Bus } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import type { Kysely } from "kysely";

const LOOKS_EVERY_MS = 2_000;
/** Nodes' clocks may differ by minutes, and each stamps what it revokes. */
const LATELY_MS = 10 * 60_000;

export interface RevocationPollParts {
  db: Kysely<Tables>;
  bus: Bus;
  clock: Clock;
  log: Log;
}

/** While other nodes can't be heard, finds the sessions they revoked in the database, and tells this node what they would have told (quality B28). */
export class RevocationPoll {
  readonly #parts: RevocationPollParts;
  /** Told since the bus went away. */
  readonly #told = new Set<Id>();
  readonly #endUpListening: () => void;
  #cancel: () => void;

  constructor(parts: RevocationPollParts) {
    this.#parts = parts;
    this.#cancel = this.#lookLater();
    // What was revoked between the last look and now was told to nobody here either.
    this.#endUpListening = parts.bus.onUp(() => void this.#look().then(() => this.#told.clear()));
  }

  close(): void {
    this.#endUpListening();
    this.#cancel();
  }

  #lookLater(): () => void {
    return this.#parts.clock.after(LOOKS_EVERY_MS, () => {
      this.#cancel = this.#lookLater();
      if (!this.#parts.bus.isUp) void this.#look();
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
        if (this.#told.has(id)) continue;
        this.#told.add(id);
        bus.publish("user", userId, { kind: "session.revoked", sessionId: id });
      }
    } catch (error) {
      log.warn({ err: error }, "Sessions that other nodes revoked could not be looked for.");
    }
  }
}
