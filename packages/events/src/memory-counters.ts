import type { Counters, Taking } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";

const SWEEP_EVERY_MS = 60_000;

interface Places {
  /** When each was taken, the oldest first. */
  takenAt: number[];
  windowMs: number;
}

/** Counters of one node: a sliding log, since a fixed window lets twice as many through. No wall clock that is set moves them. */
export class MemoryCounters implements Counters {
  readonly #clock: Clock;
  readonly #places = new Map<string, Places>();
  #sweptAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async take(key: string, limit: number, windowMs: number): Promise<Taking> {
    const now = this.#clock.monotonic();
    this.#sweepNowAndThen(now);
    const { takenAt } = this.#current(key, windowMs, now);
    const oldest = takenAt[0];
    if (oldest !== undefined && takenAt.length >= limit) return { isTaken: false, freeAfterMs: oldest + windowMs - now, isShared: true };
    takenAt.push(now);
    const giveBack = () => {
      const place = takenAt.indexOf(now);
      if (place >= 0) takenAt.splice(place, 1);
    };
    return { isTaken: true, giveBack, isShared: true };
  }

  /** The places that are taken now; those that are free again are forgotten. */
  #current(key: string, windowMs: number, now: number): Places {
    const places = this.#places.get(key) ?? { takenAt: [], windowMs };
    places.windowMs = windowMs;
    const firstTaken = places.takenAt.findIndex((at) => at > now - windowMs);
    places.takenAt.splice(0, firstTaken < 0 ? places.takenAt.length : firstTaken);
    this.#places.set(key, places);
    return places;
  }

  // What nobody asks for again would stay for ever.
  #sweepNowAndThen(now: number): void {
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    for (const [key, { takenAt, windowMs }] of this.#places) if ((takenAt.at(-1) ?? 0) <= now - windowMs) this.#places.delete(key);
  }
}
