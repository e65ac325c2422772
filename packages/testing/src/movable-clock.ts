import type { Clock } from "@tertulia/model/ports/clock";

interface Due {
  at: number;
  callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class MovableClock implements Clock {
  #now: number;
  readonly #due = new Set<Due>();

  constructor(startsAt = Date.now()) {
    this.#now = startsAt;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const due = { at: this.#now + ms, callback };
    this.#due.add(due);
    return () => this.#due.delete(due);
  }

  /** Moves time on; whatever falls due on the way is called at its own time, in order. */
  move(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#nextUntil(until); next; next = this.#nextUntil(until)) {
      this.#due.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = until;
  }

  #nextUntil(until: number): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due) if (due.at <= until && (!first || due.at < first.at)) first = due;
    return first;
  }
}
