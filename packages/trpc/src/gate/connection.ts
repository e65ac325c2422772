import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Identity } from "@tertulia/auth/identity";
import type { Actor } from "@tertulia/model/actor";
import { type CloseCode, closeCodes } from "@tertulia/model/close-codes";
import { limits } from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import { getTRPCErrorFromUnknown, getTRPCErrorShape, TRPCError } from "@trpc/server";
import type { getWSConnectionHandler } from "@trpc/server/adapters/ws";
import type { TRPCClientOutgoingMessage } from "@trpc/server/rpc";
import { appRouter } from "../app-router.ts";
import { atInstant } from "../at-instant.ts";
import type { Context } from "../context.ts";
import { type FollowHost, type FollowRequest, Follows } from "./follows.ts";
import { FrameBudget } from "./frame-budget.ts";
import type { GatedSocket } from "./gated-socket.ts";
import { followRequest, type HeardFrame, parseFrame, tokenIn } from "./heard-frame.ts";
import type { Beating, Heartbeat } from "./heartbeat.ts";
import type { Seated, Seats } from "./seats.ts";

const NAMES_ITSELF_WITHIN_MS = 5_000;

/** What a connection shares with all others of the gate. */
export interface GateShare {
  seats: Seats;
  heartbeat: Heartbeat;
  /** Whom a token stands for, as any door would say. */
  identify(token: string): Promise<Identity>;
  passToTrpc: ReturnType<typeof getWSConnectionHandler>;
  /** Off, subscriptions go to tRPC too, which iterates them: the contract suite runs both ways. */
  fastPath: boolean;
  delivered(): void;
}

/** One WebSocket from its upgrade to its end: who speaks, how much they may, and where each frame goes. */
export class Connection implements FollowHost, Beating, Seated {
  readonly net: Socket;
  backlogUnsent = 0;
  heardAt: number;
  token = "";
  readonly #socket: GatedSocket;
  readonly #request: IncomingMessage;
  readonly #context: Context;
  readonly #share: GateShare;
  readonly #budget: FrameBudget;
  readonly #follows: Follows;
  readonly #endings: (() => void)[] = [];
  /** What was said before it was known who says it. */
  #early: string[] = [];
  #state: "unnamed" | "naming" | "open" | "over" = "unnamed";
  #servedByTrpc = false;
  /** The client was already known when it connected, and will still send the frame in which others name themselves. */
  #skipsFirst = false;

  constructor(socket: GatedSocket, net: Socket, request: IncomingMessage, context: Context, share: GateShare) {
    this.#socket = socket;
    this.net = net;
    this.#request = request;
    this.#context = context;
    this.#share = share;
    this.heardAt = context.core.clock.now();
    this.#budget = new FrameBudget(context.core.clock);
    this.#follows = new Follows(this, context);
    socket.context = context;
    socket.hear = (data, isBinary) => this.#hear(data, isBinary);
    socket.tooSlow = () => this.closeAsTooSlow();
    socket.backlogUnsent = () => this.backlogUnsent;
    socket.on("pong", () => this.#heard());
    // ws closes with the right code by itself (1002, 1007, 1008, 1009).
    socket.on("error", () => {});
    socket.once("close", () => this.#end());
    this.#endings.push(share.heartbeat.add(this));
  }

  get actor(): Actor {
    if (!this.#context.actor) throw new Error("Nobody speaks on this connection yet");
    return this.#context.actor;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  writeBacklog(frame: Buffer): void {
    if (!this.isOpen) return;
    this.backlogUnsent += frame.length;
    this.net.write(frame, () => (this.backlogUnsent -= frame.length));
  }

  get unsent(): { bytes: number; taken: number } {
    const bytes = this.net.writableLength;
    return { bytes, taken: this.net.bytesWritten - bytes };
  }

  /** It is known who speaks: by the upgrade itself, or by the first frame. */
  admit({ token, actor }: Identity): void {
    if (this.#state === "over") return;
    if (!token || !actor) return this.#refuseToName(new Refusal("UNAUTHENTICATED"), closeCodes.sessionOver);
    if (this.#share.seats.isFull(actor.user.id)) return this.#refuseToName(new Refusal("RATE_LIMITED", { limit: limits.socketsPerUser }), closeCodes.flooding);
    this.token = token;
    this.#context.actor = actor;
    this.#state = "open";
    this.#endings.push(this.#share.seats.take(this));
    const { core, connectionId } = this.#context;
    void core.presence.connect(connectionId, actor);
    this.#endings.push(() => core.presence.disconnect(connectionId));
    this.#endings.push(atInstant(core.clock, actor.sessionExpiresAt, () => this.closeAsOver()));
    for (const text of this.#early) this.#hearText(text);
    this.#early = [];
  }

  /** The first frame would say who speaks, but that is known: it isn't listened to. */
  skipFirst(): void {
    this.#skipsFirst = true;
  }

  /** The first frame has to say who speaks, soon. */
  awaitName(): void {
    const cancel = this.#context.core.clock.after(NAMES_ITSELF_WITHIN_MS, () => {
      if (this.#state === "unnamed") this.#refuseToName(new Refusal("UNAUTHENTICATED"), closeCodes.sessionOver);
    });
    this.#endings.push(cancel);
  }

  becomes(actor: Actor): void {
    if (this.#state === "open") this.#context.actor = actor;
  }

  ping(): void {
    if (this.isOpen) this.#socket.ping();
  }

  delivered(): void {
    this.#share.delivered();
  }

  tellError({ id, path, input }: FollowRequest, cause: unknown): void {
    this.#tell(id, getTRPCErrorFromUnknown(cause), path, input);
  }

  closeAsOver(): void {
    this.#close(closeCodes.sessionOver);
  }

  closeAsSilent(): void {
    this.#close(closeCodes.silent);
  }

  closeAsTooSlow(): void {
    this.#close(closeCodes.tooSlow);
  }

  closeForRestart(retryAfterMs: number): void {
    this.#close(closeCodes.restart, JSON.stringify({ retryAfterMs }));
  }

  #hear(data: Buffer, isBinary: boolean): void {
    if (this.#state === "over") return;
    this.#heard();
    if (isBinary) return this.#close(closeCodes.binaryFrame);
    const text = data.toString("utf8");
    if (this.#skipsFirst) this.#skipsFirst = false;
    else if (this.#state === "open") this.#hearText(text);
    else if (this.#state === "naming") this.#early.push(text);
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
    if (signal === "PING") this.#socket.send("PONG");
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
   * Follows are the gate's own; every other call is tRPC's. A client that comes back asks for all its follows in one frame:
   * they have a limit of their own and don't count as a batch.
   */
  #route({ raw, messages }: HeardFrame, text: string): void {
    const calls: unknown[] = [];
    for (const [place, message] of messages.entries()) {
      if (message.method === "subscription.stop") this.#stop(message.id);
      else if (message.method !== "subscription") calls.push(raw[place]);
      else if (this.#share.fastPath) void this.#follows.start(followRequest(message));
      else this.#callTrpc(JSON.stringify(raw[place]));
    }
    if (calls.length > 0) this.#callTrpc(calls.length === messages.length ? text : JSON.stringify(calls));
  }

  #stop(id: string | number | null): void {
    if (!this.#share.fastPath) this.#callTrpc(JSON.stringify({ id, method: "subscription.stop" }));
    else if (id !== null) this.#follows.stop(id);
  }

  #callTrpc(text: string): void {
    if (!this.#servedByTrpc) {
      this.#servedByTrpc = true;
      this.#share.passToTrpc(this.#socket, this.#request);
    }
    this.#socket.passOn(text);
  }

  #heard(): void {
    this.heardAt = this.#context.core.clock.now();
  }

  #refuseToName(cause: unknown, code: CloseCode): void {
    this.#tell(null, getTRPCErrorFromUnknown(cause));
    this.#close(code);
  }

  #tell(id: string | number | null, error: TRPCError, path?: string, input?: unknown): void {
    const shape = getTRPCErrorShape({ config: appRouter._def._config, error, type: "unknown", path, input, ctx: this.#context });
    if (this.isOpen) this.#socket.send(JSON.stringify({ id, error: shape }));
  }

  #close(code: CloseCode, reason = ""): void {
    this.#end();
    this.#socket.close(code, reason);
  }

  #end(): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#early = [];
    this.#follows.stopAll();
    for (const end of this.#endings) end();
  }
}
