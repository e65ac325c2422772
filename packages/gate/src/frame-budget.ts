import * as limits from "@tertulia/model/limits";
import type { Clock } from "@tertulia/model/ports/clock";

const MINUTE_MS = 60_000;
const MALFORMED_A_MINUTE = 5;
/** Nobody says this many by mistake; each would still have to be answered with a refusal. */
const FLOOD_A_MINUTE = 10 * limits.framesPerMinute;

/** How much one connection may say: 600 frames a minute, of which 5 malformed (protocol E5, L2). A frame that is a batch counts as many as it has calls. */
export class FrameBudget {
  readonly #clock: Clock;
  #minuteStart: number;
  #frames = 0;
  #malformed = 0;
  #wasExceeded = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#minuteStart = clock.monotonic();
  }

  /** Counts frames. `flooding` is the second minute in a row over the limit, or ten minutes' worth in one. */
  take(frames: number): "fine" | "exceeded" | "flooding" {
    this.#turnMinute();
    this.#frames += frames;
    if (this.#frames <= limits.framesPerMinute) return "fine";
    return this.#wasExceeded || this.#frames > FLOOD_A_MINUTE ? "flooding" : "exceeded";
  }

  takeMalformed(): "fine" | "flooding" {
    this.#turnMinute();
    return ++this.#malformed <= MALFORMED_A_MINUTE ? "fine" : "flooding";
  }

  /** Milliseconds until more may be said. */
  get waitMs(): number {
    return this.#minuteStart + MINUTE_MS - this.#clock.monotonic();
  }

  #turnMinute(): void {
    const minutes = Math.floor((this.#clock.monotonic() - this.#minuteStart) / MINUTE_MS);
    if (minutes < 1) return;
    this.#wasExceeded = minutes === 1 && this.#frames > limits.framesPerMinute;
    this.#minuteStart += minutes * MINUTE_MS;
    this.#frames = 0;
    this.#malformed = 0;
  }
}
