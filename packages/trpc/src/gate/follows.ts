import type { Socket } from "node:net";
import type { FeedSpec, Sink, SinkEnd } from "@tertulia/core/feed/feed";
import { follow } from "@tertulia/core/feed/follow";
import type { InTurn } from "@tertulia/core/messages/in-turn";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import { callTRPCProcedure } from "@trpc/server";
import { appRouter } from "../app-router.ts";
import type { Context } from "../context.ts";
import { FeedStream } from "../feed-stream.ts";
import { specOf } from "../follow-specs.ts";
import { textFrame } from "@tertulia/gate/text-frame";
import { trpcDialect } from "../trpc-dialect.ts";

export type RequestId = string | number;

export interface FollowRequest {
  id: RequestId;
  path: string;
  input: unknown;
}

/** The connection as its follows know it. */
export interface FollowHost {
  readonly net: Socket;
  readonly isOpen: boolean;
  /** Answers a request with an error in tRPC's own shape. */
  tellError(request: FollowRequest, cause: unknown): void;
  readonly context: Context;
  delivered(): void;
  /** So many more are followed, or fewer. */
  follows(change: number): void;
  /** Writes what a follower has missed; until it is taken it counts in backlogUnsent. */
  writeBacklog(frame: Buffer): void;
  /** Bytes that wait for the other side, backlogs left out. */
  readonly pushedUnsent: number;
  /** Resolves when nothing of that is left. */
  backlogTaken(): Promise<void>;
  /** Whose turn it is to be written one, of each connection. */
  readonly house: { backlogs: InTurn };
  closeAsTooSlow(): void;
  closeAsBroken(): void;
}

/**
 * The follow subscriptions of one connection. What to follow is what the procedure would answer; the feed writes it to the socket
 * in ready-made frames, the very frames tRPC would have written.
 */
export class Follows {
  readonly #host: FollowHost;
  // A list made anew rather than grown, which would leave room for 16 more: there are many connections, and most follow a few things.
  #open: readonly FollowSink[] = [];

  constructor(host: FollowHost) {
    this.#host = host;
  }

  async start(request: FollowRequest): Promise<void> {
    const { id } = request;
    if (this.#find(id)) return this.#host.tellError(request, new Refusal("VALIDATION_FAILED", { field: "id", reason: "INVALID_VALUE" }));
    if (this.#open.length >= limits.subscriptionsPerSocket) return this.#host.tellError(request, tooManyFollows());
    const sink = new FollowSink(id, this.#host, this);
    this.#open = this.#open.concat(sink);
    this.#host.follows(+1);
    try {
      const spec = specOf(request.path, request.input) ?? (await this.#specByTrpc(request));
      if (spec.kind === "messages" && spec.after !== null) await this.#beginInTurn(spec, sink);
      else await this.#begin(spec, sink);
    } catch (error) {
      if (sink.drop()) this.#host.tellError(request, error);
    }
  }

  stop(id: RequestId): void {
    this.#find(id)?.stop();
  }

  stopAll(): void {
    for (const sink of this.#open) sink.drop();
  }

  forget(sink: FollowSink): void {
    this.#open = this.#open.toSpliced(this.#open.indexOf(sink), 1);
    this.#host.follows(-1);
  }

  #find(id: RequestId): FollowSink | undefined {
    return this.#open.find((sink) => sink.id === id);
  }

  /** What is wrong with a request is tRPC's to say. */
  async #specByTrpc({ path, input }: FollowRequest): Promise<FeedSpec> {
    const stream: unknown = await callTRPCProcedure({
      router: appRouter,
      path,
      getRawInput: async () => input,
      ctx: this.#host.context,
      type: "subscription",
      signal: undefined,
      batchIndex: 0,
    });
    if (stream instanceof FeedStream) return stream.spec;
    throw new Error(`${path} answered no feed`);
  }

  /**
   * What a follower has missed may be 30 MB, and is owed however slowly it is read; and one frame may ask for 128 of them. So of one connection
   * each is read from the log when the one before it has been taken.
   */
  #beginInTurn(spec: FeedSpec, sink: FollowSink): Promise<void> {
    return this.#host.house.backlogs.run(this.#host.context.connectionId, async () => {
      // Stopped while it waited.
      if (sink.isOver) return;
      await this.#begin(spec, sink);
      await this.#host.backlogTaken();
    });
  }

  async #begin(spec: FeedSpec, sink: FollowSink): Promise<void> {
    sink.started(await follow(this.#host.context.core, spec, sink));
  }
}

const tooManyFollows = () => new Refusal("VALIDATION_FAILED", { field: "", reason: "INVALID_VALUE", limit: limits.subscriptionsPerSocket });

/** Where the feed writes one follow's frames. */
class FollowSink implements Sink {
  readonly key: string;
  readonly id: RequestId;
  readonly #host: FollowHost;
  readonly #follows: Follows;
  // Nothing leaves before the feed has said that this person may follow, not even what it already wrote.
  #held: { frame: Buffer; isBacklog: boolean }[] | null = [];
  #leave: (() => void) | null = null;
  /** The feed has let it go while what it wrote is still held: that, with the reason among it, goes out before the end. */
  #endsOnceStarted = false;
  #over = false;

  constructor(id: RequestId, host: FollowHost, follows: Follows) {
    this.id = id;
    this.key = JSON.stringify(id);
    this.#host = host;
    this.#follows = follows;
  }

  get isOver() {
    return this.#over;
  }

  get dialect() {
    return trpcDialect;
  }

  get connectionId() {
    return this.#host.context.connectionId;
  }

  get actor() {
    const { actor } = this.#host.context;
    if (!actor) throw new Error("A follow outlived its session");
    return actor;
  }

  started(leave: () => void): void {
    if (this.#over) return leave();
    this.#leave = leave;
    const held = this.#held ?? [];
    this.#held = null;
    // In one write with what comes first.
    this.#host.net.cork();
    this.#send(textFrame(Buffer.from(`{"id":${this.key},"result":{"type":"started"}}`)));
    for (const { frame, isBacklog } of held) this.write(frame, isBacklog);
    if (this.#endsOnceStarted) this.stop();
    this.#host.net.uncork();
  }

  write(frame: Buffer, isBacklog: boolean): void {
    if (this.#over) return;
    if (this.#held) {
      this.#held.push({ frame, isBacklog });
      return;
    }
    if (isBacklog) this.#host.writeBacklog(frame);
    else this.#send(frame);
    this.#host.delivered();
  }

  buffered(): number {
    return this.#host.pushedUnsent;
  }

  ended(end: SinkEnd): void {
    if (end === "slow") this.#host.closeAsTooSlow();
    else if (end === "broken") this.#host.closeAsBroken();
    else if (this.#held) this.#endsOnceStarted = true;
    else this.stop();
  }

  stop(): void {
    if (this.drop()) this.#send(textFrame(Buffer.from(`{"id":${this.key},"result":{"type":"stopped"}}`)));
  }

  /** Ends it without a word. Answers whether it was still going on. */
  drop(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#held = null;
    this.#follows.forget(this);
    this.#leave?.();
    return true;
  }

  #send(frame: Buffer): void {
    if (this.#host.isOpen) this.#host.net.write(frame);
  }
}
