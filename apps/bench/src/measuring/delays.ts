const BINS_PER_MS = 100;
const LONGEST_MS = 10_000;

/** How long things took, kept as counts per hundredth of a millisecond: cheap enough to be asked millions of times a second. */
export class Delays {
  readonly #bins = new Uint32Array(LONGEST_MS * BINS_PER_MS + 1);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Whole hundredths of a millisecond. */
  add(hundredths: number): void {
    const bin = Math.min(Math.max(hundredths, 0), this.#bins.length - 1);
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    this.#count++;
  }

  /** In milliseconds; not a number if there were none. */
  percentile(share: number): number {
    if (this.#count === 0) return Number.NaN;
    let left = Math.ceil(this.#count * share);
    for (const [bin, count] of this.#bins.entries()) {
      left -= count;
      if (left <= 0) return bin / BINS_PER_MS;
    }
    return Number.NaN;
  }

  clear(): void {
    this.#bins.fill(0);
    this.#count = 0;
  }
}
