import type { Seq } from "@tertulia/model/ids";
import type { Encoded } from "./encoded.ts";
import type { Sink, SinkEnd } from "./feed.ts";

/** An event that puts people out, and how much a follower had been told by then. */
interface Out {
  seq: Seq;
  end: SinkEnd;
  told: number;
}

/**
 * One sink in a room's feed. It is registered before anything is read, so that nothing falls between the two; until it is known that
 * its user is a member, and what the state is, what is told waits.
 */
export class Follower<T> {
  readonly sink: Sink;
  /** What was told since it was registered; null once it is live. */
  held: T[] | null = [];
  /** How far the log reached when its user was found to be a member. */
  #memberAt: Seq | null = null;
  /** What put its user out while that wasn't known. */
  #outs: Out[] | null = null;

  constructor(sink: Sink) {
    this.sink = sink;
  }

  /**
   * Its user was found to be a member at this seq: from here on it is live. Answers what it may be told of what waited, and its end, if an
   * event after that seq has put its user out. Who was put out before has come back.
   */
  goesLive(head: Seq): { held: T[]; end: SinkEnd | null } {
    const held = this.held ?? [];
    const out = this.#outs?.find(({ seq }) => seq > head);
    this.#memberAt = head;
    this.#outs = null;
    this.held = null;
    return out ? { held: held.slice(0, out.told), end: out.end } : { held, end: null };
  }

  /** Keeps what is told until it is live, but only so much of it: the oldest go. */
  hold(news: T, most: number): void {
    if (!this.held) return;
    this.held.push(news);
    if (this.held.length <= most) return;
    this.held.shift();
    for (const out of this.#outs ?? []) out.told = Math.max(0, out.told - 1);
  }

  /** An event has put its user out. Answers whether it is over: not if they have come back since, nor while that isn't known. */
  isPutOut(seq: Seq, end: SinkEnd): boolean {
    if (this.#memberAt !== null) return this.#memberAt < seq;
    this.#outs ??= [];
    this.#outs.push({ seq, end, told: this.held?.length ?? 0 });
    return false;
  }
}

/** Those who follow one thing in a room. */
export class Followers<F extends Follower<unknown>> implements Iterable<F> {
  readonly #followers = new Set<F>();

  get size(): number {
    return this.#followers.size;
  }

  [Symbol.iterator](): Iterator<F> {
    return this.#followers.values();
  }

  add(follower: F): void {
    this.#followers.add(follower);
  }

  has(follower: F): boolean {
    return this.#followers.has(follower);
  }

  remove(follower: F): boolean {
    return this.#followers.delete(follower);
  }

  /** Writes to a live one; who has fallen behind is let go. */
  deliver(encoded: Encoded, follower: F): void {
    if (encoded.writeTo(follower.sink) === "slow") this.letGo(follower, "slow");
  }

  /** Ends it, unless it has left. */
  letGo(follower: F, end: SinkEnd): void {
    if (this.remove(follower)) follower.sink.ended(end);
  }

  /** A round: an event has put these sinks' users out. */
  *putOut(seq: Seq, end: SinkEnd, concerns: (sink: Sink) => boolean): Generator<void> {
    for (const follower of this.#followers) {
      if (!concerns(follower.sink)) continue;
      if (follower.isPutOut(seq, end)) this.letGo(follower, end);
      yield;
    }
  }
}
