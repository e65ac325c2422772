import type { Courier, Lane } from "@tertulia/core/feed/courier";

/**
 * What is left to do for connections that have ended: thousands may end in the same moment, when a proxy or a network goes (quality A21).
 * It shares the courier's slices with what is told, so that the event loop turns.
 */
export class Farewells {
  readonly #courier: Courier;
  readonly #lane: Lane = [];
  #waiting = new Set<() => void>();
  #whenDone: (() => void)[] = [];

  constructor(courier: Courier) {
    this.#courier = courier;
  }

  add(farewell: () => void): void {
    this.#waiting.add(farewell);
    if (this.#waiting.size === 1) this.#courier.carry(this.#lane, this.#each());
  }

  /** Resolves when nothing is left to do. */
  async done(): Promise<void> {
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => this.#whenDone.push(resolve));
  }

  *#each(): Generator<void> {
    try {
      for (const farewell of this.#waiting) {
        this.#waiting.delete(farewell);
        farewell();
        yield;
      }
    } finally {
      // One that fails is the courier's to log; the others have their turn all the same.
      if (this.#waiting.size > 0) this.#courier.carry(this.#lane, this.#each());
      else for (const done of this.#whenDone.splice(0)) done();
    }
  }
}
