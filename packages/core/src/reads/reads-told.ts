import type { Id } from "@tertulia/model/ids";
import type { Bus, RoomNote } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";

/** How far someone has read, as it is told. */
type Reading = Omit<Extract<RoomNote, { kind: "reads" }>, "kind">;

const AT_MOST_EVERY_MS = 1_000;

interface Told {
  /** What has moved since it was last told. */
  next: { roomId: Id; reading: Reading } | null;
  cancel: () => void;
}

/** Tells rooms how far someone has read: at once, then at most once a second per reader and room, the last position always (protocol R2). */
export class ReadsTold {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #told = new Map<string, Told>();

  constructor({ bus, clock }: { bus: Bus; clock: Clock }) {
    this.#bus = bus;
    this.#clock = clock;
  }

  tell(roomId: Id, reading: Reading): void {
    const key = `${roomId} ${reading.position.userId}`;
    const told = this.#told.get(key);
    // Two marks at once may come here in the other order than they were made.
    if (!told) this.#tellNow(key, roomId, reading);
    else if (reading.position.seq > (told.next?.reading.position.seq ?? -1)) told.next = { roomId, reading };
  }

  /** Whatever still waits is told. */
  close(): void {
    for (const { next, cancel } of this.#told.values()) {
      cancel();
      if (next) this.#publish(next.roomId, next.reading);
    }
    this.#told.clear();
  }

  #tellNow(key: string, roomId: Id, reading: Reading): void {
    this.#publish(roomId, reading);
    this.#told.set(key, { next: null, cancel: this.#clock.after(AT_MOST_EVERY_MS, () => this.#tellNext(key)) });
  }

  #tellNext(key: string): void {
    const next = this.#told.get(key)?.next;
    this.#told.delete(key);
    if (next) this.#tellNow(key, next.roomId, next.reading);
  }

  #publish(roomId: Id, reading: Reading): void {
    this.#bus.publish("room", roomId, { kind: "reads", ...reading });
  }
}
