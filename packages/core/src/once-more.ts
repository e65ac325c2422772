/** Work that is asked for again while it is under way is done once more when it is over, however often it was asked for: it never piles up. */
export class OnceMore {
  readonly #work: () => Promise<void>;
  #isUnderWay = false;
  #isAskedAgain = false;

  /** `work` must not reject. */
  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Begins the work and resolves when nothing of it is left to do; at once where it is under way, which is then followed by one more. */
  async ask(): Promise<void> {
    this.#isAskedAgain = true;
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    while (this.#isAskedAgain) {
      this.#isAskedAgain = false;
      await this.#work();
    }
    this.#isUnderWay = false;
  }
}
