import type { Actor } from "@tertulia/model/actor";
import { v7 as newId } from "uuid";
import type { Core } from "../src/core.ts";
import type { Batch, Dialect, FeedSpec, Sink, SinkEnd } from "../src/feed/feed.ts";
import { follow } from "../src/feed/follow.ts";

/** Batches as they are, one after the other in a line of JSON. */
const plain: Dialect = { encode: (batch) => () => Buffer.from(JSON.stringify(batch)) };

/** A follower that keeps what it hears and can wait for it. */
export class Listener implements Sink {
  readonly actor: Actor;
  readonly connectionId: string;
  readonly dialect: Dialect;
  readonly key = "1";
  readonly batches: Batch[] = [];
  end: SinkEnd | null = null;
  stop: () => void = () => {};
  #waiting: (() => void)[] = [];

  constructor(actor: Actor, connectionId: string = newId(), dialect: Dialect = plain) {
    this.actor = actor;
    this.connectionId = connectionId;
    this.dialect = dialect;
  }

  get events() {
    return this.batches.flatMap((batch) => (batch.kind === "messages" ? batch.items : []));
  }

  get reads() {
    return this.batches.flatMap((batch) => (batch.kind === "reads" ? batch.items : []));
  }

  get typing() {
    return this.batches.flatMap((batch) => (batch.kind === "typing" ? batch.items : []));
  }

  get presence() {
    return this.batches.flatMap((batch) => (batch.kind === "presence" ? batch.items : []));
  }

  get inbox() {
    return this.batches.flatMap((batch) => (batch.kind === "inbox" ? batch.items : []));
  }

  get notices() {
    return this.batches.flatMap((batch) => (batch.kind === "notices" ? batch.items : []));
  }

  write(frame: Buffer): void {
    this.batches.push(JSON.parse(frame.toString()));
    for (const wake of this.#waiting.splice(0)) wake();
  }

  buffered(): number {
    return 0;
  }

  ended(end: SinkEnd): void {
    this.end = end;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async until(look: () => boolean): Promise<void> {
    while (!look()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

export async function listen(core: Core, actor: Actor, spec: FeedSpec, connectionId?: string): Promise<Listener> {
  const listener = new Listener(actor, connectionId);
  listener.stop = await follow(core, spec, listener);
  return listener;
}
