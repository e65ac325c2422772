import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { Bus } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import type { ReadPosition } from "@tertulia/model/reads";
import type { User } from "@tertulia/model/users";
import type { Kysely } from "kysely";

/** How far someone has read a room. */
export interface Reading {
  roomId: Id;
  position: ReadPosition;
  user: User;
  /** The newest message that they have read, where that is known. */
  messageId: Id | null;
}

const AT_MOST_EVERY_MS = 1_000;

interface Told {
  /** What was told last. */
  last: Reading;
  /** What has moved since. */
  next: Reading | null;
  /** Resolves when the last one has been told. */
  isOut: Promise<void>;
  cancel: () => void;
}

/** Tells rooms how far someone has read: at once, then at most once a second per reader and room, the last position always, and never one before it (protocol R1, R2). */
export class ReadsTold {
  readonly #db: Kysely<Tables>;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #told = new Map<string, Told>();

  constructor({ db, bus, clock, log }: { db: Kysely<Tables>; bus: Bus; clock: Clock; log: Log }) {
    this.#db = db;
    this.#bus = bus;
    this.#clock = clock;
    this.#log = log;
  }

  /** Resolves when it has been told, if it is told at once. */
  async tell(reading: Reading): Promise<void> {
    const key = `${reading.roomId} ${reading.user.id}`;
    const told = this.#told.get(key);
    if (!told) return this.#tellNow(key, reading);
    // Two marks at once may come here in the other order than they were made.
    if (reading.position.seq > (told.next ?? told.last).position.seq) told.next = reading;
  }

  /** Whatever still waits is told. */
  async close(): Promise<void> {
    const left = [...this.#told.values()];
    this.#told.clear();
    await Promise.all(
      left.map(async (told) => {
        await told.isOut;
        told.cancel();
        if (told.next) await this.#publish(told.next);
      }),
    );
  }

  async #tellNow(key: string, reading: Reading): Promise<void> {
    const told: Told = { last: reading, next: null, isOut: this.#publish(reading), cancel: () => {} };
    this.#told.set(key, told);
    await told.isOut;
    // Counted from here, so that no later one overtakes it.
    told.cancel = this.#clock.after(AT_MOST_EVERY_MS, () => this.#tellNext(key));
  }

  #tellNext(key: string): void {
    const next = this.#told.get(key)?.next;
    this.#told.delete(key);
    if (next) void this.#tellNow(key, next);
  }

  async #publish({ roomId, position, user, messageId }: Reading): Promise<void> {
    try {
      const newest = messageId ?? (await this.#newestUpTo(roomId, position.seq));
      this.#bus.publish("room", roomId, { kind: "reads", position, user, messageId: newest });
    } catch (error) {
      this.#log.warn({ err: error, roomId }, "How far someone has read could not be told.");
    }
  }

  async #newestUpTo(roomId: Id, seq: number): Promise<Id | null> {
    const message = await this.#db
      .selectFrom("messages")
      .select("id")
      .where("room_id", "=", roomId)
      .where("thread_root_id", "is", null)
      .where("seq", "<=", seq)
      .orderBy("seq", "desc")
      .limit(1)
      .executeTakeFirst();
    return message?.id ?? null;
  }
}
