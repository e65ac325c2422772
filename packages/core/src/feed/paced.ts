import type { Clock } from "@tertulia/model/ports/clock";

/** Work that is done when it is due, but at most once in a while: what falls due sooner waits until then, and is done together. */
export class Paced {
  readonly #clock: Clock;
  readonly #work: () => void;
  #quietUntil = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, work: () => void) {
    this.#clock = clock;
    this.#work = work;
  }

  /** There is something to do, now or once `everyMs` have passed since the last time. */
  isDue(everyMs: number): void {
    if (this.#cancel) return;
    const wait = this.#quietUntil - this.#clock.monotonic();
    if (wait <= 0) this.#do(everyMs);
    else this.#cancel = this.#clock.after(wait, () => this.#do(everyMs));
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #do(everyMs: number): void {
    this.#cancel = null;
    this.#quietUntil = this.#clock.monotonic() + everyMs;
    this.#work();
  }
}
