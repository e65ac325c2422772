import type { Socket } from "node:net";
import type { Identity } from "@tertulia/auth/identity";
import type { Core } from "@tertulia/core/core";
import type { Actor } from "@tertulia/model/actor";
import { type CloseCode, closeCodes } from "@tertulia/model/close-codes";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import { bytesTaken } from "./bytes-taken.ts";
import { FrameBudget } from "./frame-budget.ts";
import type { GatedSocket, SocketOwner } from "./gated-socket.ts";
import type { Gatehouse } from "./gatehouse.ts";
import type { Beating } from "./heartbeat.ts";
import type { Seated } from "./seats.ts";

/** What a door counts: what is open now, and since the start the frames written to followers and the connections dropped since they didn't read. */
export interface GateCounts {
  sockets: number;
  follows: number;
  deliveries: number;
  slowDropped: number;
}

/** What a connection is given when its upgrade has been granted. */
export interface Entrance<S extends GatedSocket = GatedSocket> {
  /** Names the connection to whatever counts or leaves out connections. */
  id: string;
  socket: S;
  net: Socket;
  address: string | null;
  house: Gatehouse;
  /** Of its door. */
  counts: GateCounts;
  /** Forgets it: it is over, and all that it held has been let go. */
  ended(connection: Connection): void;
}

/** One WebSocket from its upgrade to its end: who speaks, how much they may say, and how much waits for them. What is said is its door's to understand. */
export abstract class Connection<S extends GatedSocket = GatedSocket> implements Beating, Seated, SocketOwner {
  readonly id: string;
  readonly net: Socket;
  readonly address: string | null;
  readonly house: Gatehouse;
  backlogUnsent = 0;
  heardAt: number;
  token = "";
  protected readonly socket: S;
  protected readonly budget: FrameBudget;
  readonly #counts: GateCounts;
  readonly #ended: (connection: Connection) => void;
  #leaveSeat: (() => void) | null = null;
  #backlogTaken: PromiseWithResolvers<void> | null = null;
  #state: "unnamed" | "open" | "over" = "unnamed";

  constructor({ id, socket, net, address, house, counts, ended }: Entrance<S>) {
    this.id = id;
    this.socket = socket;
    this.net = net;
    this.address = address;
    this.house = house;
    this.heardAt = house.core.clock.monotonic();
    this.budget = new FrameBudget(house.core.clock);
    this.#counts = counts;
    this.#ended = ended;
    socket.owner = this;
    counts.sockets++;
    house.heartbeat.add(this);
  }

  /** Who speaks; null while that isn't known. */
  protected abstract person: Actor | null;

  /** A frame came. Nothing comes once the connection is over. */
  protected abstract hearText(text: string): void;

  /** Tells the other side a refusal that answers none of its requests. */
  protected abstract tellUnasked(cause: unknown): void;

  /** It is known who speaks, and the connection is theirs from here on. */
  protected abstract admitted(): void;

  /** The connection is over: lets go of whatever it follows. */
  protected abstract stopFollowing(): void;

  /** Resolves when everything that was asked has been answered, or can't be any more. */
  protected abstract answered(): Promise<unknown>;

  get core(): Core {
    return this.house.core;
  }

  get actor(): Actor {
    if (!this.person) throw new Error("Nobody speaks on this connection yet");
    return this.person;
  }

  /** Of nobody yet there is no session to end. */
  get sessionExpiresAt(): number {
    return this.person?.sessionExpiresAt ?? Number.POSITIVE_INFINITY;
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  get isNamed(): boolean {
    return this.#state === "open";
  }

  get isOver(): boolean {
    return this.#state === "over";
  }

  /** Writes what a follower has missed; until it is taken it counts in backlogUnsent. */
  writeBacklog(frame: Buffer): void {
    if (!this.isOpen) return;
    this.backlogUnsent += frame.length;
    this.net.write(frame, () => {
      this.backlogUnsent -= frame.length;
      if (this.backlogUnsent > 0) return;
      this.#backlogTaken?.resolve();
      this.#backlogTaken = null;
    });
  }

  /** Resolves when nothing of that is left. */
  async backlogTaken(): Promise<void> {
    if (this.backlogUnsent > 0) await (this.#backlogTaken ??= Promise.withResolvers<void>()).promise;
  }

  /** An answer may be larger than all that is pushed, and wait for its reader; one more on top of many may not (protocol L3). */
  answer(frame: Buffer): void {
    if (!this.isOpen) return;
    if (this.pushedUnsent > limits.socketUnsentAnswersBytes) return this.closeAsTooSlow();
    this.net.write(frame);
  }

  get unsent(): number {
    return this.net.writableLength;
  }

  /** What waits for the other side without having been asked for. */
  get pushedUnsent(): number {
    return this.net.writableLength - this.backlogUnsent;
  }

  get taken(): number {
    return bytesTaken(this.net);
  }

  /** The upgrade was granted to this one: to nobody yet, if they are to say who they are. */
  enter(identity: Identity): void {
    this.admit(identity);
  }

  /** It is known who speaks: by the upgrade itself, or by what was said since. */
  protected admit({ token, actor }: Identity): void {
    if (this.isOver) return;
    if (!token || !actor) return this.refuseEntry(new Refusal("UNAUTHENTICATED"), closeCodes.sessionOver);
    if (this.house.seats.isFull(actor.user.id)) return this.refuseEntry(new Refusal("RATE_LIMITED", { limit: limits.socketsPerUser }), closeCodes.flooding);
    this.token = token;
    this.person = actor;
    this.#state = "open";
    this.#leaveSeat = this.house.seats.take(this);
    void this.core.presence.connect(this.id, actor);
    // It ends with the next heartbeat otherwise.
    if (actor.sessionExpiresAt <= this.core.clock.now()) return this.closeAsOver();
    this.admitted();
  }

  protected refuseEntry(cause: unknown, code: CloseCode): void {
    this.tellUnasked(cause);
    this.close(code);
  }

  becomes(actor: Actor): void {
    if (this.isNamed) this.person = actor;
  }

  ping(): void {
    if (this.isOpen) this.socket.ping();
  }

  delivered(): void {
    this.#counts.deliveries++;
  }

  /** So many more are followed, or fewer. */
  follows(change: number): void {
    this.#counts.follows += change;
  }

  hear(data: Buffer, isBinary: boolean): void {
    if (this.isOver) return;
    this.heard();
    if (isBinary) return this.close(closeCodes.binaryFrame);
    this.hearText(data.toString("utf8"));
  }

  heard(): void {
    this.heardAt = this.core.clock.monotonic();
  }

  closed(): void {
    this.#counts.sockets--;
    this.#end();
  }

  closeAsOver(): void {
    this.close(closeCodes.sessionOver);
  }

  closeAsSilent(): void {
    this.close(closeCodes.silent);
  }

  closeAsTooSlow(): void {
    if (!this.isOver) this.#counts.slowDropped++;
    this.close(closeCodes.tooSlow);
  }

  /** The code that a client answers by coming back at once. */
  closeAsBroken(): void {
    this.close(closeCodes.tooSlow);
  }

  /** Hears nothing more, and resolves when everything that was heard has been answered. */
  finish(): Promise<unknown> {
    this.socket.pause();
    return this.answered();
  }

  closeForRestart(retryAfterMs: number): void {
    this.close(closeCodes.restart, JSON.stringify({ retryAfterMs }));
    // The other side's own close has to be heard.
    this.socket.resume();
  }

  protected close(code: CloseCode, reason = ""): void {
    this.#end();
    this.socket.close(code, reason);
  }

  #end(): void {
    if (this.isOver) return;
    this.#state = "over";
    this.house.farewells.add(() => this.#leave());
  }

  #leave(): void {
    this.stopFollowing();
    this.house.heartbeat.remove(this);
    this.#leaveSeat?.();
    this.core.presence.disconnect(this.id);
    this.#ended(this);
  }
}
