/** How long and how often a model is waited for. */
export interface Patience {
  /** From the request to the first sign of an answer. Each retry starts it anew. */
  firstWordsMs: number;
  /** Between two signs of an answer. */
  gapMs: number;
  /** From the first request to the last word, retries and waits included. */
  wholeMs: number;
  /** How often a refusal that may pass (429, 5xx, no connection) is tried again, before the first word only. */
  retries: number;
  /** The wait before the first retry when the server names none; doubled each time. */
  retryAfterMs: number;
  /** The longest wait a server may ask for. Asked for more, we give up at once instead. */
  longestWaitMs: number;
}

export const defaultPatience: Patience = {
  firstWordsMs: 20_000,
  gapMs: 30_000,
  wholeMs: 300_000,
  retries: 2,
  retryAfterMs: 1_000,
  longestWaitMs: 30_000,
};

export class OutOfPatience extends Error {
  constructor(what: string, ms: number) {
    super(`${what} after ${ms} ms`);
    this.name = "OutOfPatience";
  }
}

/**
 * Ends `signal` when the asker hangs up or time runs out. Ours rather than the SDK's own timeouts: those for the first
 * chunk start at the response's headers, so a server that accepts and sends nothing would be waited for until the end.
 */
export class Deadlines {
  readonly #controller = new AbortController();
  readonly #asker: AbortSignal;
  readonly #whole: NodeJS.Timeout;
  #next: NodeJS.Timeout | undefined;

  constructor(patience: Patience, asker: AbortSignal) {
    this.#asker = asker;
    this.#whole = this.#endAfter(patience.wholeMs, "No end of the answer");
    if (asker.aborted) this.#hangUp();
    else asker.addEventListener("abort", this.#hangUp, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get ranOut(): OutOfPatience | null {
    return this.signal.reason instanceof OutOfPatience ? this.signal.reason : null;
  }

  expect(what: string, withinMs: number): void {
    this.expectNothing();
    this.#next = this.#endAfter(withinMs, what);
  }

  expectNothing(): void {
    clearTimeout(this.#next);
  }

  /** Ends whatever is still open under the signal. */
  close(): void {
    this.expectNothing();
    clearTimeout(this.#whole);
    this.#asker.removeEventListener("abort", this.#hangUp);
    this.#controller.abort();
  }

  #endAfter(ms: number, what: string): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(new OutOfPatience(what, ms)), ms);
  }

  readonly #hangUp = () => this.#controller.abort(this.#asker.reason);
}
