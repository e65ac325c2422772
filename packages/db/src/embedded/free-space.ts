import { statfsSync } from "node:fs";
import { Refusal } from "@tertulia/model/refusals";

const ASK_AGAIN_AFTER_MS = 1_000;
const FREE_BYTES_WANTED = 256 * 1024 * 1024;

/** Refuses writes before the disk is full: the embedded Postgres doesn't fail on a full disk, it hangs. Reads go on. */
export interface WriteGuard {
  /** Throws the refusal STORAGE_FULL when there is too little room. Costs nothing: the disk is asked once a second at most. */
  assertWritable(): void;
}

export class FreeSpace implements WriteGuard {
  readonly #freeBytes: () => number;
  #askedAt = -Infinity;
  #isLow = false;

  /** @param freeBytes how much room is left where the data is */
  constructor(freeBytes: () => number) {
    this.#freeBytes = freeBytes;
  }

  static ofFolder(folder: string): FreeSpace {
    return new FreeSpace(() => {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    });
  }

  get isLow(): boolean {
    if (performance.now() - this.#askedAt >= ASK_AGAIN_AFTER_MS) this.look();
    return this.#isLow;
  }

  /** Asks the disk now. */
  look(): void {
    this.#askedAt = performance.now();
    this.#isLow = this.#freeBytes() < FREE_BYTES_WANTED;
  }

  assertWritable(): void {
    if (this.isLow) throw new Refusal("STORAGE_FULL");
  }
}

/** For a database that has no disk of ours to fill. */
export const alwaysWritable: WriteGuard = { assertWritable() {} };
