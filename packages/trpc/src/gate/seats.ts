import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import { limits } from "@tertulia/model/limits";
import type { Bus, Unlisten, UserNote } from "@tertulia/model/ports/bus";
import type { Log } from "@tertulia/model/ports/log";

/** A connection of a known person. */
export interface Seated {
  readonly actor: Actor;
  closeAsOver(): void;
  /** Asks again whom its token stands for, and closes if that is nobody. */
  recheck(): Promise<void>;
}

interface Seat {
  connections: Set<Seated>;
  unlisten: Promise<Unlisten>;
}

/** Who is connected here, and what they must be told of their own sessions: an ended one ends its connections (protocol A3). */
export class Seats {
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #seats = new Map<Id, Seat>();

  constructor(bus: Bus, log: Log) {
    this.#bus = bus;
    this.#log = log;
  }

  isFull(userId: Id): boolean {
    return (this.#seats.get(userId)?.connections.size ?? 0) >= limits.socketsPerUser;
  }

  /** The answer gives the seat up. */
  take(connection: Seated): () => void {
    const userId = connection.actor.user.id;
    const seat = this.#seats.get(userId) ?? this.#open(userId);
    seat.connections.add(connection);
    // A session may have ended after it was looked at and before anyone listened for that.
    seat.unlisten.then(
      () => connection.recheck(),
      (error: unknown) => this.#log.error({ err: error, userId }, "A user's channel could not be listened to."),
    );
    return () => this.#leave(userId, seat, connection);
  }

  #open(userId: Id): Seat {
    const seat: Seat = { connections: new Set(), unlisten: this.#bus.listen("user", userId, (note) => this.#hear(seat, note)) };
    this.#seats.set(userId, seat);
    return seat;
  }

  #hear({ connections }: Seat, note: UserNote): void {
    if (note.kind === "session.revoked") {
      for (const connection of connections) if (connection.actor.sessionId === note.sessionId) connection.closeAsOver();
    } else if (note.kind === "account.changed") {
      for (const connection of connections) void connection.recheck();
    }
  }

  #leave(userId: Id, seat: Seat, connection: Seated): void {
    seat.connections.delete(connection);
    if (seat.connections.size > 0 || this.#seats.get(userId) !== seat) return;
    this.#seats.delete(userId);
    seat.unlisten.then(
      (unlisten) => unlisten(),
      () => undefined,
    );
  }
}
