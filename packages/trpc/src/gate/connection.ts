import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Identity } from "@tertulia/auth/identity";
import type { InTurn } from "@tertulia/core/messages/in-turn";
import type { Actor } from "@tertulia/model/actor";
import { type CloseCode, closeCodes } from "@tertulia/model/close-codes";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import { getTRPCErrorFromUnknown, getTRPCErrorShape, TRPCError } from "@trpc/server";
import type { getWSConnectionHandler } from "@trpc/server/adapters/ws";
import type { TRPCClientOutgoingMessage } from "@trpc/server/rpc";
import { appRouter } from "../app-router.ts";
import type { Context } from "../context.ts";
import { type CallHost, Calls, isCall } from "./calls.ts";
import { type FollowHost, type FollowRequest, Follows } from "./follows.ts";
import type { Farewells } from "./farewells.ts";
import { FrameBudget } from "./frame-budget.ts";
import type { GatedSocket, SocketOwner } from "./gated-socket.ts";
import { followRequest, type HeardFrame, parseFrame, tokenIn } from "./heard-frame.ts";
import type { Beating, Heartbeat } from "./heartbeat.ts";
import type { Seated, Seats } from "./seats.ts";

const NAMES_ITSELF_WITHIN_MS = 5_000;

/** What the gate counts: what is open now, and since the start the frames written to followers and the connections dropped since they didn't read. */
export interface GateCounts {
  sockets: number;
  follows: number;
  deliveries: number;
  slowDropped: number;
}

/** What a connection shares with all others of the gate. */
export interface GateShare {
  seats: Seats;
  heartbeat: Heartbeat;
  farewells: Farewells;
  /** Of each connection one after the other. */
  backlogs: InTurn;
  /** Whom a token stands for, as any door would say. */
  identify(token: string): Promise<Identity>;
  passToTrpc: ReturnType<typeof getWSConnectionHandler>;
  /** Off, everything goes to tRPC, which iterates what is followed: the contract suite runs both ways. */
  fastPath: boolean;
  /** What tRPC takes the upgrade of every socket to have been: kept once, since a real one holds far more than a connection needs. */
  upgrade: IncomingMessage;
  counts: GateCounts;
  ended(connection: Connection): void;
}

/** One WebSocket from its upgrade to its end: who speaks, how much they may, and where each frame goes. */
export class Connection implements FollowHost, CallHost, Beating, Seated, SocketOwner {
  readonly net: Socket;
  readonly context: Context;
  backlogUnsent = 0;
  heardAt: number;
  token = "";
  readonly #socket: GatedSocket;
  readonly #share: GateShare;
  readonly #budget: FrameBudget;
  readonly #follows: Follows;
  readonly #calls: Calls;
  #leaveSeat: (() => void) | null = null;
  #cancelWait: (() => void) | null = null;
  #tellBacklogTaken: (() => void) | null = null;
  /** What was said before it was known who says it. */
  #early: string[] | null = null;
  #state: "unnamed" | "naming" | "open" | "over" = "unnamed";
  #servedByTrpc = false;
  /** The client was already known when it connected, and will still send the frame in which others name themselves. */
  #skipsFirst = false;

  constructor(socket: GatedSocket, net: Socket, context: Context, share: GateShare) {
    this.#socket = socket;
    this.net = net;
    this.context = context;
    this.#share = share;
    this.heardAt = context.core.clock.monotonic();
    this.#budget = new FrameBudget(context.core.clock);
    this.#follows = new Follows(this);
    this.#calls = new Calls(this);
    socket.owner = this;
    share.counts.sockets++;
    share.heartbeat.add(this);
  }

  get actor(): Actor {
    if (!this.context.actor) throw new Error("Nobody speaks on this connection yet");
    return this.context.actor;
  }

  /** Of nobody yet there is no session to end. */
  get sessionExpiresAt(): number {
    return this.context.actor?.sessionExpiresAt ?? Number.POSITIVE_INFINITY;
  }

  get address(): string | null {
    return this.context.from.ip;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  writeBacklog(frame: Buffer): void {
    if (!this.isOpen) return;
    this.backlogUnsent += frame.length;
    this.net.write(frame, () => {
      this.backlogUnsent -= frame.length;
      if (this.backlogUnsent === 0) this.#tellBacklogTaken?.();
    });
  }

  async backlogTaken(): Promise<void> {
    if (this.backlogUnsent > 0) await new Promise<void>((resolve) => (this.#tellBacklogTaken = resolve));
  }

  get backlogs(): InTurn {
    return this.#share.backlogs;
  }

  /** An answer may be larger than all that is pushed, and wait for its reader; one more on top of many may not (protocol L3). */
  answer(frame: Buffer): void {
    if (!this.isOpen) return;
    if (this.net.writableLength - this.backlogUnsent > limits.socketUnsentAnswersBytes) return this.closeAsTooSlow();
    this.net.write(frame);
  }

  get unsent(): number {
    return this.net.writableLength;
  }

  get taken(): number {
    return this.net.bytesWritten - this.net.writableLength;
  }

  /** It is known who speaks: by the upgrade itself, or by the first frame. */
  admit({ token, actor }: Identity): void {
    if (this.#state === "over") return;
    if (!token || !actor) return this.#refuseToName(new Refusal("UNAUTHENTICATED"), closeCodes.sessionOver);
    if (this.#share.seats.isFull(actor.user.id)) return this.#refuseToName(new Refusal("RATE_LIMITED", { limit: limits.socketsPerUser }), closeCodes.flooding);
    this.token = token;
    this.context.actor = actor;
    this.#state = "open";
    this.#cancelWait?.();
    this.#cancelWait = null;
    this.#leaveSeat = this.#share.seats.take(this);
    const { core, connectionId } = this.context;
    void core.presence.connect(connectionId, actor);
    // It ends with the next heartbeat otherwise.
    if (actor.sessionExpiresAt <= core.clock.now()) return this.closeAsOver();
    for (const text of this.#early ?? []) this.#hearText(text);
    this.#early = null;
  }

  /** The first frame would say who speaks, but that is known: it isn't listened to. */
  skipFirst(): void {
    this.#skipsFirst = true;
  }

  /** The first frame has to say who speaks, soon. */
  awaitName(): void {
    this.#cancelWait = this.context.core.clock.after(NAMES_ITSELF_WITHIN_MS, () => {
      // Not as one whose session is over: where thousands come at once, its words may only have waited for us, and it is to come back.
      if (this.#state === "unnamed") this.#refuseToName(new Refusal("UNAUTHENTICATED"), closeCodes.silent);
    });
  }

  becomes(actor: Actor): void {
    if (this.#state === "open") this.context.actor = actor;
  }

  ping(): void {
    if (this.isOpen) this.#socket.ping();
  }

  delivered(): void {
    this.#share.counts.deliveries++;
  }

  follows(change: number): void {
    this.#share.counts.follows += change;
  }

  tellError({ id, path, input }: FollowRequest, cause: unknown): void {
    this.#tell(id, getTRPCErrorFromUnknown(cause), path, input);
  }

  heard(): void {
    this.heardAt = this.context.core.clock.monotonic();
  }

  closed(): void {
    this.#share.counts.sockets--;
    this.#end();
  }

  closeAsOver(): void {
    this.#close(closeCodes.sessionOver);
  }

  closeAsSilent(): void {
    this.#close(closeCodes.silent);
  }

  closeAsTooSlow(): void {
    if (this.#state !== "over") this.#share.counts.slowDropped++;
    this.#close(closeCodes.tooSlow);
  }

  /** The code that a client answers by coming back at once. */
  closeAsBroken(): void {
    this.#close(closeCodes.tooSlow);
  }

  /** Hears nothing more, and resolves when everything that was heard has been answered. */
  finish(): Promise<unknown> {
    this.#socket.pause();
    return Promise.all([this.#calls.answered(), this.#socket.answered()]);
  }

  closeForRestart(retryAfterMs: number): void {
    this.#close(closeCodes.restart, JSON.stringify({ retryAfterMs }));
    // The other side's own close has to be heard.
    this.#socket.resume();
  }

  hear(data: Buffer, isBinary: boolean): void {
    if (this.#state === "over") return;
    this.heard();
    if (isBinary) return this.#close(closeCodes.binaryFrame);
    const text = data.toString("utf8");
    if (this.#skipsFirst) this.#skipsFirst = false;
    else if (this.#state === "open") this.#hearText(text);
    else if (this.#state === "naming") (this.#early ??= []).push(text);
    else void this.#hearName(text);
  }

  async #hearName(text: string): Promise<void> {
    this.#state = "naming";
    // Frames that came in the same packet are kept; further ones wait outside.
    this.#socket.pause();
    try {
      const token = tokenIn(text);
      if (token === null) return this.#refuseToName(new Refusal("UNAUTHENTICATED"), closeCodes.sessionOver);
      this.admit(await this.#share.identify(token));
    } catch (error) {
      this.#refuseToName(error, closeCodes.restart);
    } finally {
      this.#socket.resume();
    }
  }

  #hearText(text: string): void {
    // What came in the same breath as a fault that closed it is not heard.
    if (this.#state === "over") return;
    const isSignal = text === "PING" || text === "PONG";
    const heard = isSignal ? null : parseFrame(text);
    const pace = this.#budget.take(heard?.messages.length ?? 1);
    if (pace === "flooding") return this.#close(closeCodes.flooding);
    if (isSignal) return this.#answerSignal(text);
    if (!heard) return this.#hearMalformed();
    if (pace === "exceeded") return this.#tellExceeded(heard.messages);
    this.#route(heard, text);
  }

  /** Those of tRPC's keepAlive. */
  #answerSignal(signal: string): void {
    if (signal === "PING") this.#socket.say("PONG");
  }

  #hearMalformed(): void {
    this.#tell(null, new TRPCError({ code: "PARSE_ERROR" }));
    if (this.#budget.takeMalformed() === "flooding") this.#close(closeCodes.flooding);
  }

  #tellExceeded(messages: TRPCClientOutgoingMessage[]): void {
    const cause = new Refusal("RATE_LIMITED", { limit: limits.framesPerMinute, retryAfterMs: this.#budget.waitMs });
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
      this.#share.passToTrpc(this.#socket, this.#share.upgrade);
    }
    this.#socket.passOn(text, calls);
  }

  #refuseToName(cause: unknown, code: CloseCode): void {
    this.#tell(null, getTRPCErrorFromUnknown(cause));
    this.#close(code);
  }

  #tell(id: string | number | null, error: TRPCError, path?: string, input?: unknown): void {
    const shape = getTRPCErrorShape({ config: appRouter._def._config, error, type: "unknown", path, input, ctx: this.context });
    if (this.isOpen) this.#socket.say(JSON.stringify({ id, error: shape }));
  }

  #close(code: CloseCode, reason = ""): void {
    this.#end();
    this.#socket.close(code, reason);
  }

  #end(): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#early = null;
    this.#cancelWait?.();
    this.#share.farewells.add(() => this.#leave());
  }

  #leave(): void {
    this.#follows.stopAll();
    this.#share.heartbeat.remove(this);
    this.#leaveSeat?.();
    this.context.core.presence.disconnect(this.context.connectionId);
    this.#share.ended(this);
  }
}
