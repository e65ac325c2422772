import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Typing } from "@tertulia/model/typing";

interface Note {
  typing: Typing;
  /** Undoes the fading that is due. */
  stay: () => void;
}

/** Who types in a room, as its feed hears. They fade by themselves: of a node that dies while someone types nobody hears that they ceased (quality A27). */
export class Typists {
  readonly #clock: Clock;
  readonly #notes = new Map<Id, Note>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get now(): Typing[] {
    return [...this.#notes.values()].map(({ typing }) => typing);
  }

  /** Answers whether that is news: nobody need be told that someone ceased of whom it wasn't known, or has faded since. */
  hear(typing: Typing, onFade: (ceased: Typing) => void): boolean {
    const known = this.#notes.get(typing.userId);
    known?.stay();
    if (!typing.typing) return this.#notes.delete(typing.userId);
    const fade = () => {
      this.#notes.delete(typing.userId);
      onFade({ ...typing, typing: false });
    };
    this.#notes.set(typing.userId, { typing, stay: this.#clock.after(limits.typingFadesAfterMs, fade) });
    return true;
  }

  close(): void {
    for (const { stay } of this.#notes.values()) stay();
    this.#notes.clear();
  }
}
