import type { Counted } from "@tertulia/model/inbox";
import * as limits from "@tertulia/model/limits";
import type { Clock } from "@tertulia/model/ports/clock";

/** What a room's inboxes were told of late: as long ago as a line may be silent and yet carry what was said before. */
export class ToldOfLate {
  readonly #clock: Clock;
  #tellings: { at: number; counted: Counted[] }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isEmpty(): boolean {
    this.#forgetOld();
    return this.#tellings.length === 0;
  }

  /** What counted among it; no more than anyone is shown. */
  get counted(): Counted[] {
    this.#forgetOld();
    return this.#tellings.flatMap(({ counted }) => counted).slice(-limits.unreadShown);
  }

  add(counted: Counted[]): void {
    this.#forgetOld();
    this.#tellings.push({ at: this.#clock.monotonic(), counted: counted.slice(-limits.unreadShown) });
  }

  #forgetOld(): void {
    const since = this.#clock.monotonic() - limits.socketSilenceMs;
    this.#tellings = this.#tellings.filter(({ at }) => at > since);
  }
}
