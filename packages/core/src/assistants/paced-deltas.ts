import type { Clock } from "@tertulia/model/ports/clock";

const MERGED_WITHIN_MS = 50;

/** Tells the words of an answer onward: the first at once, then whatever came within 50 ms together. */
export class PacedDeltas {
  readonly #clock: Clock;
  readonly #tell: (offset: number, text: string) => void;
  #text = "";
  #told = 0;
  #pausing = false;
  #endPause = () => {};

  constructor(clock: Clock, tell: (offset: number, text: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** All the words, told or not. */
  get text(): string {
    return this.#text;
  }

  /** The words everyone has been told; the next delta goes on from their end. */
  get toldText(): string {
    return this.#text.slice(0, this.#told);
  }

  add(words: string): void {
    this.#text += words;
    if (!this.#pausing) this.#tellNow();
  }

  /** Tells what is left, and nothing by itself any more. */
  finish(): void {
    this.#endPause();
    this.#tellNow();
    this.#endPause();
  }

  #tellNow(): void {
    this.#pausing = this.#told < this.#text.length;
    if (!this.#pausing) return;
    const offset = this.#told;
    this.#told = this.#text.length;
    this.#tell(offset, this.#text.slice(offset));
    this.#endPause = this.#clock.after(MERGED_WITHIN_MS, () => this.#tellNow());
  }
}
