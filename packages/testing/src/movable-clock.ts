import type { Clock } from "@tertulia/model/ports/clock";

interface Due {
  at: number;
  callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class MovableClock implements Clock {
  #now: number;
  #monotonic = 0;
  readonly #due = new Set<Due>();

  constructor(startsAt = Date.now()) {
    this.#now = startsAt;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(ms: number, callback: () => void): () => void {
    const due = { at: this.#monotonic + ms, callback };
    this.#due.add(due);
    return () => this.#due.delete(due);
  }

  /** Moves time on; whatever falls due on the way is called at its own time, in order. */
  move(ms: number): void {
    const until = this.#monotonic + ms;
    for (let next = this.#nextUntil(until); next; next = this.#nextUntil(until)) {
      this.#due.delete(next);
      this.#moveTo(Math.max(this.#monotonic, next.at));
      next.callback();
    }
    this.#moveTo(until);
  }

  /** Puts the wall clock forward or back, as an administrator or a time server does: no time passes. */
  set(ms: number): void {
    this.#now += ms;
  }

  #moveTo(monotonic: number): void {
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }

  #nextUntil(until: number): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due) if (due.at <= until && (!first || due.at < first.at)) first = due;
    return first;
  }
}
