import type { Core } from "@tertulia/core/core";
import { OnceMore } from "@tertulia/core/once-more";
import { actorForTokenAnew } from "@tertulia/core/sessions/actor-for-token";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Unlisten, UserNote } from "@tertulia/model/ports/bus";

/** A connection of a known person. */
export interface Seated {
  readonly actor: Actor;
  /** The session token that it speaks with. */
  readonly token: string;
  /** Its person's account has changed. */
  becomes(actor: Actor): void;
  closeAsOver(): void;
}

interface Seat {
  // A list made anew, since nearly everyone has one connection or two, and there are thousands.
  connections: readonly Seated[];
  unlisten: Promise<Unlisten>;
}

/** Who is connected here, and what they must be told of their own sessions: an ended one ends its connections (protocol A3). */
export class Seats {
  readonly #core: Core;
  readonly #seats = new Map<Id, Seat>();
  /** Those about whom is asked again in the next turn of the event loop. */
  #asked: Seated[] = [];

  constructor(core: Core) {
    this.#core = core;
    // What other nodes said of accounts has been missed. One after the other, so that the database isn't stormed.
    const rechecking = new OnceMore(() => this.#recheckAll());
    core.bus.onMissed(() => void rechecking.ask());
  }

  isFull(userId: Id): boolean {
    return (this.#seats.get(userId)?.connections.length ?? 0) >= limits.socketsPerUser;
  }

  /** The answer gives the seat up. */
  take(connection: Seated): () => void {
    const userId = connection.actor.user.id;
    const seat = this.#seats.get(userId) ?? this.#open(userId);
    seat.connections = seat.connections.concat(connection);
    // A session may have ended after it was looked at and before anyone listened for that.
    seat.unlisten.then(
      () => this.#recheckSoon(connection),
      (error: unknown) => this.#core.log.error({ err: error, userId }, "A user's channel could not be listened to."),
    );
    return () => this.#leave(userId, seat, connection);
  }

  #open(userId: Id): Seat {
    const seat: Seat = { connections: [], unlisten: this.#core.bus.listen("user", userId, (note) => this.#hear(seat, note)) };
    this.#seats.set(userId, seat);
    return seat;
  }

  #hear({ connections }: Seat, note: UserNote): void {
    if (note.kind === "session.revoked") {
      for (const connection of connections) if (connection.actor.sessionId === note.sessionId) connection.closeAsOver();
    } else if (note.kind === "account.changed") {
      for (const connection of connections) this.#recheckSoon(connection);
    }
  }

  /** Whoever else heard the same note drops what they keep first. Those of one turn of the event loop are read by one statement. */
  #recheckSoon(connection: Seated): void {
    if (this.#asked.push(connection) > 1) return;
    setImmediate(() => {
      const asked = this.#asked;
      this.#asked = [];
      for (const each of asked) void this.#recheck(each);
    });
  }

  async #recheckAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    for (const { connections } of this.#seats.values()) for (const connection of connections) await this.#recheck(connection);
  }

  /** Asks again whom its token stands for, and closes it if that is nobody. */
  async #recheck(connection: Seated): Promise<void> {
    try {
      const actor = await actorForTokenAnew(this.#core, connection.token);
      if (actor) connection.becomes(actor);
      else connection.closeAsOver();
    } catch (error) {
      // A database that can't answer takes nobody's session away.
      this.#core.log.warn({ err: error }, "A session could not be looked at again.");
    }
  }

  #leave(userId: Id, seat: Seat, connection: Seated): void {
    seat.connections = seat.connections.filter((each) => each !== connection);
    if (seat.connections.length > 0 || this.#seats.get(userId) !== seat) return;
    this.#seats.delete(userId);
    seat.unlisten.then(
      (unlisten) => unlisten(),
      () => undefined,
    );
  }
}
