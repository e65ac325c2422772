import type { EventLoop } from "../src/feed/event-loop.ts";

/** An event loop that a test turns. */
export class HandTurnedLoop implements EventLoop {
  #now = 0;
  #next: (() => void)[] = [];
  #later: { at: number; work: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  nextTurn(work: () => void): void {
    this.#next.push(work);
  }

  after(ms: number, work: () => void): void {
    this.#later.push({ at: this.#now + ms, work });
  }

  /** Lets all that waits have its turn. Answers whether anything did. */
  turn(): boolean {
    const due = this.#next;
    this.#next = [];
    for (const work of due) work();
    return due.length > 0;
  }

  /** Time that work takes. */
  spend(ms: number): void {
    this.#now += ms;
  }

  /** Turns on for some time, until nothing waits for a turn. */
  pass(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      while (this.turn());
      const [first] = this.#later.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
      if (!first) break;
      this.#later = this.#later.filter((each) => each !== first);
      this.#now = Math.max(this.#now, first.at);
      first.work();
    }
    this.#now = Math.max(this.#now, until);
  }
}
