import type { Clock } from "@tertulia/model/ports/clock";

/** A clock that stands still until a test moves it. */
export class HandClock implements Clock {
  #now: number;
  #alarms: { at: number; ring: () => void }[] = [];

  constructor(startsAt = Date.now()) {
    this.#now = startsAt;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, ring: () => void): () => void {
    const alarm = { at: this.#now + ms, ring };
    this.#alarms.push(alarm);
    return () => void (this.#alarms = this.#alarms.filter((other) => other !== alarm));
  }

  /** Lets time pass; what falls due on the way rings in its order. */
  move(ms: number): void {
    const until = this.#now + ms;
    for (let due = this.#next(until); due; due = this.#next(until)) {
      this.#alarms.splice(this.#alarms.indexOf(due), 1);
      this.#now = due.at;
      due.ring();
    }
    this.#now = until;
  }

  #next(until: number) {
    return this.#alarms.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
  }
}
