import { randomUUID } from "node:crypto";
import type { Dialect, SinkEnd } from "@tertulia/core/feed/feed";
import { follow } from "@tertulia/core/feed/follow";
import type { MyRooms, MyRoomsSink, Places } from "@tertulia/core/feed/my-rooms";
import type { Start } from "@tertulia/core/feed/my-rooms-feeds";
import { Connection, type Entrance } from "@tertulia/gate/connection";
import type { Actor } from "@tertulia/model/actor";
import { closeCodes } from "@tertulia/model/close-codes";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import { type ClientFrame, ROOMS_PER_RESUME, type Said } from "./frames.ts";
import { answer } from "./handlers/answer.ts";
import type { Framing } from "./framing.ts";
import { textOf } from "./protocol-dialect.ts";
import { readFrame } from "./read-frame.ts";
import { refusalFor } from "./refusal-for.ts";
import { type RequestHost, Requests } from "./requests.ts";
import { detailsOnWire } from "./wire/refusal.ts";

/** How frames are written on a connection: what is told to many, and what answers it alone. */
export interface Speech {
  dialect: Dialect;
  framing: Framing;
}

/**
 * Whoever says nothing is told what happens from then on; whoever says something, as soon as that is known not to be a resume. A slow line takes
 * seconds to bring a first frame, and what a room tells before its resume comes twice.
 */
const HEARS_AFTER_MS = 10_000;

/** One WebSocket that speaks the protocol: what is asked on it, in order, and everything that its person's rooms tell (SPEC.md). */
export class Session extends Connection implements MyRoomsSink, RequestHost {
  readonly #speech: Speech;
  protected person: Actor | null = null;
  readonly #requests = new Requests(this);
  /** How far the log of each of their rooms reached before the upgrade was granted: nothing since then is missed. Null once they are heard from there. */
  #since: Places | null;
  /** Rooms that the first frames resume. */
  #resumedFirst: Places = new Map();
  #beginning: Promise<void> | null = null;
  #cancelWait: (() => void) | null = null;
  #mine: MyRooms | null = null;
  #stopHearing: (() => void)[] = [];
  #listening: "on" | "paused" | "for good over" = "on";

  constructor(entrance: Entrance, since: Places, speech: Speech) {
    super(entrance);
    this.#since = since;
    this.#speech = speech;
  }

  get dialect(): Dialect {
    return this.#speech.dialect;
  }

  get connectionId(): string {
    return this.id;
  }

  /** Whoever it is: what is told is the same for all whom it isn't about. */
  get key(): string {
    return this.actor.user.id;
  }

  /** @throws UNAVAILABLE if they can't be heard */
  get myRooms(): MyRooms {
    if (!this.#mine) throw new Refusal("UNAVAILABLE");
    return this.#mine;
  }

  protected admitted(): void {
    this.#waitForWords();
  }

  protected hearText(text: string): void {
    const pace = this.budget.take(1);
    if (pace === "flooding") return this.close(closeCodes.flooding);
    const heard = readFrame(text, this.core.clock.now());
    const isFrame = "type" in heard;
    this.#beginHearing(isFrame && heard.type === "resume" ? heard.data.rooms : new Map());
    if (pace === "exceeded") return this.#refuse(this.#tooFast(), isFrame ? heard.id : heard.requestId);
    if (isFrame) return this.#requests.add(heard);
    this.#refuse(heard.refusal, heard.requestId);
    if (heard.refusal.code === "INVALID_FRAME" && this.budget.takeMalformed() === "flooding") this.close(closeCodes.flooding);
  }

  /** Whatever is asked is asked by someone who hears their rooms: what it brings about is not missed. */
  async handle(frame: ClientFrame): Promise<Buffer | null> {
    try {
      await this.#beginning;
      const said = await answer(this, frame);
      return said && this.#framed(said, said.type === "pong" ? `pong_${frame.id}` : frame.id);
    } catch (error) {
      return this.#errorFrame(error, frame.id);
    }
  }

  send(frame: Buffer, isBacklog: boolean): void {
    if (isBacklog) this.writeBacklog(frame);
    else this.answer(frame);
  }

  listens(isListening: boolean): void {
    if (this.#listening === "for good over") return;
    this.#listening = isListening ? "on" : "paused";
    if (isListening) this.socket.resume();
    else this.socket.pause();
  }

  /** Whoever isn't listened to can't be heard; whether they take what they are sent is looked at all the same. */
  override closeAsSilent(): void {
    if (this.#listening === "paused") this.heard();
    else super.closeAsSilent();
  }

  override finish(): Promise<unknown> {
    this.#listening = "for good over";
    return super.finish();
  }

  write(frame: Buffer, isBacklog: boolean): void {
    if (this.isOver || frame.length === 0) return;
    this.#requests.deliver(frame, isBacklog);
    this.delivered();
  }

  buffered(): number {
    return this.pushedUnsent + this.#requests.held;
  }

  ended(end: SinkEnd): void {
    if (end === "slow") this.closeAsTooSlow();
    else this.closeAsBroken();
  }

  protected answered(): Promise<unknown> {
    return this.#requests.answered();
  }

  protected tellUnasked(cause: unknown): void {
    this.answer(this.#errorFrame(cause, null));
  }

  protected stopFollowing(): void {
    this.#cancelWait?.();
    this.#requests.stop();
    for (const stop of this.#stopHearing.splice(0)) stop();
  }

  #waitForWords(): void {
    this.#cancelWait = this.core.clock.after(HEARS_AFTER_MS, () => this.#beginHearing(new Map()));
  }

  /** Rooms that are to be resumed are heard by that. After as many as a frame may name more may be named by the next: all others wait for it. */
  #beginHearing(resumedNext: Places): void {
    const since = this.#since;
    if (!since) return;
    this.#cancelWait?.();
    this.#cancelWait = null;
    this.#resumedFirst = new Map([...this.#resumedFirst, ...resumedNext]);
    const namesMore = resumedNext.size === ROOMS_PER_RESUME;
    this.#beginning = this.#hear({ since, resumedNext: namesMore ? since : this.#resumedFirst }, this.#beginning);
    if (namesMore) return this.#waitForWords();
    this.#since = null;
    this.#resumedFirst = new Map();
  }

  async #hear(start: Start, before: Promise<void> | null): Promise<void> {
    try {
      await before;
      if (this.#mine) return await this.#mine.start(start.since, start.resumedNext);
      const { mine, stop } = await this.core.myRooms.follow(this, start);
      this.#mine = mine;
      this.#stopsHearing(stop);
      this.#stopsHearing(await follow(this.core, { kind: "notices" }, this));
    } catch (error) {
      this.core.log.warn({ err: error }, "Someone's rooms could not be followed.");
      this.closeAsBroken();
    }
  }

  /** At once, if it is over already. */
  #stopsHearing(stop: () => void): void {
    if (this.isOver) stop();
    else this.#stopHearing.push(stop);
  }

  #tooFast(): Refusal {
    return new Refusal("RATE_LIMITED", { limit: limits.framesPerMinute, retryAfterMs: this.budget.waitMs });
  }

  #refuse(refusal: Refusal, requestId: string | null): void {
    this.#requests.add(this.#errorFrame(refusal, requestId));
  }

  #errorFrame(cause: unknown, requestId: string | null): Buffer {
    const refusal = refusalFor(cause, this.core.log);
    const { code, message } = refusal;
    return this.#framed({ type: "error", data: { code, message, details: detailsOnWire(refusal), request_id: requestId } }, randomUUID());
  }

  #framed(said: Said, id: string): Buffer {
    return this.#speech.framing(textOf(said, id, new Date(this.core.clock.now()).toISOString()));
  }
}
