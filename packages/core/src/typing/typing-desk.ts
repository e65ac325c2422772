import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Bus } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";

/** Who writes. An assistant isn't shown as writing: its answer itself stands in the room, from its start. */
export type Typist = Pick<Actor, "user">;

interface Note {
  typist: Typist;
  roomId: Id;
  /** By the clock that is never set. */
  announcedAt: number;
  /** Undoes the fading that is due. */
  stay: () => void;
}

/** Who is typing where, as this node was told. Never stored: it travels by the bus and fades by itself. */
export class TypingDesk {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #notes = new Map<Id, Map<Id, Note>>();

  constructor({ bus, clock }: { bus: Bus; clock: Clock }) {
    this.#bus = bus;
    this.#clock = clock;
  }

  /** Announces the typist, unless that was done within 3 s, and puts the fading off: 6 s from now (protocol T2). */
  start(typist: Typist, roomId: Id): void {
    const known = this.#notes.get(typist.user.id)?.get(roomId);
    known?.stay();
    const now = this.#clock.monotonic();
    const isFresh = known !== undefined && now - known.announcedAt < limits.typingRepeatsWithinMs;
    this.#keep({
      typist,
      roomId,
      announcedAt: isFresh ? known.announcedAt : now,
      stay: this.#clock.after(limits.typingFadesAfterMs, () => this.stop(typist, roomId)),
    });
    if (!isFresh) this.#announce(typist, roomId, true);
  }

  /** Announces that the typist ceased; nothing if they weren't typing there. */
  stop(typist: Typist, roomId: Id): void {
    const rooms = this.#notes.get(typist.user.id);
    const note = rooms?.get(roomId);
    if (!rooms || !note) return;
    note.stay();
    rooms.delete(roomId);
    if (rooms.size === 0) this.#notes.delete(typist.user.id);
    this.#announce(typist, roomId, false);
  }

  /** Someone went away: they type nowhere any more. */
  stopAll(userId: Id): void {
    for (const { typist, roomId } of this.#notes.get(userId)?.values() ?? []) this.stop(typist, roomId);
  }

  close(): void {
    for (const rooms of this.#notes.values()) for (const note of rooms.values()) note.stay();
    this.#notes.clear();
  }

  #keep(note: Note): void {
    const { id } = note.typist.user;
    const rooms = this.#notes.get(id) ?? new Map<Id, Note>();
    rooms.set(note.roomId, note);
    this.#notes.set(id, rooms);
  }

  #announce({ user }: Typist, roomId: Id, typing: boolean): void {
    const { id: userId, username, avatarUrl } = user;
    this.#bus.publish("room", roomId, { kind: "typing", typing: { userId, username, ...(avatarUrl !== null && { avatarUrl }), typing } });
  }
}
