import { TRPCClientError } from "@trpc/client";

/** Collects what a subscription brings, and waits for it. */
export class Ear<T> {
  readonly heard: T[] = [];
  ended: "no" | "completed" | Error = "no";
  #waiting: (() => void)[] = [];
  unsubscribe: () => void = () => {};

  /** What `subscribe` takes. */
  get listener() {
    return {
      onStarted: () => this.#wake(),
      onData: (data: T) => {
        this.heard.push(data);
        this.#wake();
      },
      onComplete: () => this.#end("completed"),
      onError: (error: Error) => this.#end(error),
    };
  }

  /** Resolves with the first truthy answer. */
  async until<Found>(look: (heard: T[]) => Found): Promise<NonNullable<Found>> {
    for (;;) {
      const found = look(this.heard);
      if (found) return found;
      await this.#next();
    }
  }

  async end(): Promise<"completed" | Error> {
    while (this.ended === "no") await this.#next();
    return this.ended;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #end(how: "completed" | Error): void {
    this.ended = how;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** Runs a subscription and listens to it. */
export function listen<T>(subscribe: (listener: Ear<T>["listener"]) => { unsubscribe(): void }): Ear<T> {
  const ear = new Ear<T>();
  ear.unsubscribe = subscribe(ear.listener).unsubscribe;
  return ear;
}

/** The refusal that a call met; fails if it met none. */
export async function refusalOf(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (error instanceof TRPCClientError) return { ...error.data.refusal, trpc: error.data.code, httpStatus: error.data.httpStatus };
    throw error;
  }
  throw new Error("The call was not refused.");
}
