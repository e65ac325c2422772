const EVENTS_PER_SECOND = 50;
/** As many at once are no sign of a busy room. */
const BURST = 8;
/** However busy it was, a room that falls silent is calm again within a second. */
const MOST = EVENTS_PER_SECOND;

/** How busy a room is: it fills with each event and empties by 50 a second. */
export class Busyness {
  #level = 0;
  #at = 0;

  /** Counts events that came at `now`, in ms; answers whether more than 50 a second have been coming. */
  isBusyWith(events: number, now: number): boolean {
    const emptied = ((now - this.#at) * EVENTS_PER_SECOND) / 1_000;
    this.#level = Math.min(MOST, Math.max(0, this.#level - emptied) + events);
    this.#at = now;
    return this.#level > BURST;
  }
}
