import type { Batch, Dialect, FeedSpec, Sink, SinkEnd } from "@tertulia/core/feed/feed";
import { follow } from "@tertulia/core/feed/follow";
import type { Actor } from "@tertulia/model/actor";
import type { Follower } from "./feed-stream.ts";

/**
 * A feed read batch by batch. Not a generator: a generator asked to return while it waits for a batch goes on waiting,
 * and would follow for ever.
 */
export class FeedIterator<T> implements AsyncIterator<T>, Sink {
  readonly actor: Actor;
  readonly connectionId: string;
  readonly key = "";
  // One sink, one dialect: what is encoded is what this sink is about to be given.
  readonly dialect: Dialect = { encode: (batch) => this.#measured(batch) };
  readonly #follower: Follower;
  readonly #spec: FeedSpec;
  readonly #read: (batch: Batch) => T;
  readonly #waiting: { batch: Batch; bytes: number }[] = [];
  #encoded: Batch | null = null;
  #bytes = 0;
  #leave: Promise<() => void> | null = null;
  #over = false;
  #wake: () => void = () => {};

  constructor(follower: Follower, spec: FeedSpec, read: (batch: Batch) => T) {
    this.actor = follower.actor;
    this.connectionId = follower.connectionId;
    this.#follower = follower;
    this.#spec = spec;
    this.#read = read;
    follower.signal?.addEventListener("abort", () => this.#abandon(), { once: true });
  }

  async next(): Promise<IteratorResult<T>> {
    this.#leave ??= follow(this.#follower.core, this.#spec, this);
    await this.#leave;
    while (this.#waiting.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const first = this.#waiting.shift();
    // Whoever iterates needn't say again that they are done.
    if (!first) return this.return();
    this.#bytes -= first.bytes;
    return { done: false, value: this.#read(first.batch) };
  }

  async return(): Promise<IteratorResult<T>> {
    this.#waiting.length = 0;
    this.#end();
    // Why it couldn't be followed is for `next` to tell, and told twice it is nobody's refusal any more.
    const leave = await this.#leave?.catch(() => null);
    leave?.();
    return { done: true, value: undefined };
  }

  write(frame: Buffer, isBacklog: boolean): void {
    if (!this.#encoded || this.#over) return;
    const bytes = isBacklog ? 0 : frame.length;
    this.#waiting.push({ batch: this.#encoded, bytes });
    this.#bytes += bytes;
    this.#wake();
  }

  buffered(): number {
    return this.#bytes;
  }

  ended(end: SinkEnd): void {
    this.#end();
    // Whoever is told of an end in tRPC's words takes it for the last, and doesn't come back.
    if (end === "slow" || end === "broken") this.#follower.breakOff?.();
  }

  /** Whoever listened is gone. tRPC would say so with the next batch only, since it iterates by generators: in a quiet room that never comes. */
  #abandon(): void {
    void this.return();
  }

  #end(): void {
    this.#over = true;
    this.#wake();
  }

  #measured(batch: Batch): (key: string) => Buffer {
    this.#encoded = batch;
    const frame = Buffer.from(JSON.stringify(batch));
    return () => frame;
  }
}
