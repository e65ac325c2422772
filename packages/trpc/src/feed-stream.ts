import type { Core } from "@tertulia/core/core";
import type { Batch, FeedSpec } from "@tertulia/core/feed/feed";
import type { Actor } from "@tertulia/model/actor";
import { type TrackedEnvelope, tracked } from "@trpc/server";
import { FeedIterator } from "./feed-iterator.ts";

export interface Follower {
  core: Core;
  actor: Actor;
  connectionId: string;
  /** Aborted when nobody listens any more. */
  signal?: AbortSignal | undefined;
  /** Cuts the line, so that its client comes back. */
  breakOff?: (() => void) | undefined;
}

type ItemsOf<Kind extends Batch["kind"]> = Extract<Batch, { kind: Kind }>["items"];

/**
 * What a follow procedure answers: what to follow. The socket gate takes the spec and lets the feed write to the socket itself;
 * whoever iterates it instead (server-sent events, or the gate with its fast path off) gets the same batches, one by one.
 */
export class FeedStream<T> implements AsyncIterable<T> {
  readonly follower: Follower;
  readonly spec: FeedSpec;
  readonly #read: (batch: Batch) => T;

  constructor(follower: Follower, spec: FeedSpec, read: (batch: Batch) => T) {
    this.follower = follower;
    this.spec = spec;
    this.#read = read;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return new FeedIterator(this.follower, this.spec, this.#read);
  }
}

/** Batches of room events, each under the seq of its last, so that a client that comes back goes on from there. */
export function messagesStream(follower: Follower, spec: FeedSpec & { kind: "messages" }): AsyncIterable<TrackedEnvelope<ItemsOf<"messages">>> {
  return new FeedStream(follower, spec, (batch) => {
    if (batch.kind !== "messages") throw new Error(`The feed of messages brought ${batch.kind}`);
    return tracked(String(batch.id), batch.items);
  });
}

/** Batches of all but room events (what fades by itself, the inbox, notices): never tracked, or a client would forget its place among the events. */
export function fadingStream<Kind extends Exclude<Batch["kind"], "messages">>(follower: Follower, kind: Kind, spec: FeedSpec): AsyncIterable<ItemsOf<Kind>> {
  return new FeedStream(follower, spec, (batch) => {
    if (!isOf(kind, batch)) throw new Error(`The feed of ${kind} brought ${batch.kind}`);
    const { items }: { items: ItemsOf<Kind> } = batch;
    return items;
  });
}

const isOf = <Kind extends Batch["kind"]>(kind: Kind, batch: Batch): batch is Extract<Batch, { kind: Kind }> & { items: ItemsOf<Kind> } =>
  batch.kind === kind;
