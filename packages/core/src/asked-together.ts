/** What many ask for in the same turn of the event loop is read in one go: those who come back after a break come all at once. */
export class AskedTogether<Question, Answer> {
  readonly #read: (questions: Question[]) => Promise<(question: Question) => Answer>;
  readonly #mostAtOnce: number;
  #asked: { question: Question; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];

  /** `read` answers at most `mostAtOnce` questions together. */
  constructor(mostAtOnce: number, read: (questions: Question[]) => Promise<(question: Question) => Answer>) {
    this.#mostAtOnce = mostAtOnce;
    this.#read = read;
  }

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#asked.push({ question, resolve, reject }) === 1) setImmediate(() => void this.#answer());
    });
  }

  async #answer(): Promise<void> {
    const asked = this.#asked.splice(0, this.#mostAtOnce);
    if (this.#asked.length > 0) setImmediate(() => void this.#answer());
    try {
      const answerTo = await this.#read(asked.map(({ question }) => question));
      for (const { question, resolve } of asked) resolve(answerTo(question));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
