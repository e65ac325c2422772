import type { IncomingMessage } from "node:http";
import type { Identity } from "@tertulia/auth/identity";
import { Connection, type Entrance } from "@tertulia/gate/connection";
import type { Actor } from "@tertulia/model/actor";
import { closeCodes } from "@tertulia/model/close-codes";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import { getTRPCErrorFromUnknown, getTRPCErrorShape, TRPCError } from "@trpc/server";
import type { getWSConnectionHandler } from "@trpc/server/adapters/ws";
import type { TRPCClientOutgoingMessage } from "@trpc/server/rpc";
import { appRouter } from "../app-router.ts";
import type { Context } from "../context.ts";
import { type CallHost, Calls, isCall } from "./calls.ts";
import { type FollowHost, type FollowRequest, Follows } from "./follows.ts";
import { followRequest, type HeardFrame, parseFrame, tokenIn } from "./heard-frame.ts";
import type { TrpcSocket } from "./trpc-socket.ts";

const NAMES_ITSELF_WITHIN_MS = 5_000;

/** What a connection shares with all others of this door. */
export interface TrpcShare {
  /** Whom a token stands for, as any door would say. */
  identify(token: string): Promise<Identity>;
  passToTrpc: ReturnType<typeof getWSConnectionHandler>;
  /** Off, everything goes to tRPC, which iterates what is followed: the contract suite runs both ways. */
  fastPath: boolean;
  /** What tRPC takes the upgrade of every socket to have been: kept once, since a real one holds far more than a connection needs. */
  upgrade: IncomingMessage;
}

/** A WebSocket that speaks tRPC: who speaks, if the upgrade didn't say, and where each frame goes. */
export class TrpcConnection extends Connection<TrpcSocket> implements FollowHost, CallHost {
  readonly context: Context;
  readonly #share: TrpcShare;
  readonly #follows: Follows;
  readonly #calls: Calls;
  #cancelWait: (() => void) | null = null;
  /** What was said before it was known who says it. */
  #early: string[] | null = null;
  #servedByTrpc = false;
  /** The client will send the frame in which it names itself. */
  #saysItsName: boolean;

  constructor(entrance: Entrance<TrpcSocket>, { context, saysItsName }: { context: Context; saysItsName: boolean }, share: TrpcShare) {
    super(entrance);
    this.context = context;
    this.#saysItsName = saysItsName;
    this.#share = share;
    this.#follows = new Follows(this);
    this.#calls = new Calls(this);
  }

  protected get person(): Actor | null {
    return this.context.actor;
  }

  protected set person(actor: Actor | null) {
    this.context.actor = actor;
  }

  override enter(identity: Identity): void {
    if (identity.actor) this.admit(identity);
    else this.#awaitName();
  }

  /** The first frame has to say who speaks, soon. */
  #awaitName(): void {
    this.#cancelWait = this.core.clock.after(NAMES_ITSELF_WITHIN_MS, () => {
      // Not as one whose session is over: where thousands come at once, its words may only have waited for us, and it is to come back.
      if (this.#saysItsName && !this.isOver) this.refuseEntry(new Refusal("UNAUTHENTICATED"), closeCodes.silent);
    });
  }

  protected admitted(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
    for (const text of this.#early ?? []) this.#hear(text);
    this.#early = null;
  }

  protected tellUnasked(cause: unknown): void {
    this.#tell(null, getTRPCErrorFromUnknown(cause));
  }

  tellError({ id, path, input }: FollowRequest, cause: unknown): void {
    this.#tell(id, getTRPCErrorFromUnknown(cause), path, input);
  }

  protected answered(): Promise<unknown> {
    return Promise.all([this.#calls.answered(), this.socket.answered()]);
  }

  protected stopFollowing(): void {
    this.#early = null;
    this.#cancelWait?.();
    this.#follows.stopAll();
  }

  protected hearText(text: string): void {
    if (!this.#saysItsName && this.isNamed) return this.#hear(text);
    if (!this.#saysItsName) return void (this.#early ??= []).push(text);
    this.#saysItsName = false;
    // Who was already known by the upgrade isn't listened to.
    if (!this.isNamed) void this.#hearName(text);
  }

  async #hearName(text: string): Promise<void> {
    // Frames that came in the same packet are kept; further ones wait outside.
    this.socket.pause();
    try {
      const token = tokenIn(text);
      if (token === null) return this.refuseEntry(new Refusal("UNAUTHENTICATED"), closeCodes.sessionOver);
      this.admit(await this.#share.identify(token));
    } catch (error) {
      this.refuseEntry(error, closeCodes.restart);
    } finally {
      this.socket.resume();
    }
  }

  #hear(text: string): void {
    // What came in the same breath as a fault that closed it is not heard.
    if (this.isOver) return;
    const isSignal = text === "PING" || text === "PONG";
    const heard = isSignal ? null : parseFrame(text);
    const pace = this.budget.take(heard?.messages.length ?? 1);
    if (pace === "flooding") return this.close(closeCodes.flooding);
    if (isSignal) return this.#answerSignal(text);
    if (!heard) return this.#hearMalformed();
    if (pace === "exceeded") return this.#tellExceeded(heard.messages);
    this.#route(heard, text);
  }

  /** Those of tRPC's keepAlive. */
  #answerSignal(signal: string): void {
    if (signal === "PING") this.socket.say("PONG");
  }

  #hearMalformed(): void {
    this.#tell(null, new TRPCError({ code: "PARSE_ERROR" }));
    if (this.budget.takeMalformed() === "flooding") this.close(closeCodes.flooding);
  }

  #tellExceeded(messages: TRPCClientOutgoingMessage[]): void {
    const cause = new Refusal("RATE_LIMITED", { limit: limits.framesPerMinute, retryAfterMs: this.budget.waitMs });
    for (const message of messages) {
      if (message.method === "subscription.stop") this.#stop(message.id);
      else this.#tell(message.id, getTRPCErrorFromUnknown(cause), message.params.path);
    }
  }

  /**
   * What a client asks for when it comes back are all its follows in one frame: they have a limit of their own and don't count as a batch.
   * Off the fast path everything is tRPC's.
   */
  #route({ raw, messages }: HeardFrame, text: string): void {
    if (!this.#share.fastPath) return this.#passOn({ raw, messages }, text);
    for (const message of messages) {
      if (message.method === "subscription.stop") this.#stop(message.id);
      else if (message.method === "subscription") void this.#follows.start(followRequest(message));
    }
    this.#calls.start(messages.filter(isCall));
  }

  #passOn({ raw, messages }: HeardFrame, text: string): void {
    const calls = raw.filter((_, place) => isCall(messages[place]));
    for (const [place, message] of messages.entries()) if (!isCall(message)) this.#callTrpc(JSON.stringify(raw[place]), 0);
    if (calls.length > 0) this.#callTrpc(calls.length === messages.length ? text : JSON.stringify(calls), calls.length);
  }

  #stop(id: string | number | null): void {
    if (!this.#share.fastPath) this.#callTrpc(JSON.stringify({ id, method: "subscription.stop" }), 0);
    else if (id !== null) this.#follows.stop(id);
  }

  /** `calls`: how many answers will come. A subscription has no last one. */
  #callTrpc(text: string, calls: number): void {
    if (!this.#servedByTrpc) {
      this.#servedByTrpc = true;
      this.#share.passToTrpc(this.socket, this.#share.upgrade);
    }
    this.socket.ask(text, calls);
  }

  #tell(id: string | number | null, error: TRPCError, path?: string, input?: unknown): void {
    const shape = getTRPCErrorShape({ config: appRouter._def._config, error, type: "unknown", path, input, ctx: this.context });
    if (this.isOpen) this.socket.say(JSON.stringify({ id, error: shape }));
  }
}
