import * as limits from "@tertulia/model/limits";
import { WebSocket } from "ws";
import type { Context } from "../context.ts";

/** The connection that a socket belongs to. */
export interface SocketOwner {
  hear(data: Buffer, isBinary: boolean): void;
  /** The other side answered a ping. */
  heard(): void;
  closed(): void;
  closeAsTooSlow(): void;
  /** How much of what waits is a backlog, which a follower asked for. */
  readonly backlogUnsent: number;
  /** What tRPC's handler gives to procedures. */
  readonly context: Context;
}

/**
 * A WebSocket on which the gate hears everything first. tRPC's own handler listens on the same socket and hears only
 * what the gate passes on, so nothing reaches it that wasn't measured, and follows never do.
 */
export class GatedSocket extends WebSocket {
  owner: SocketOwner | null = null;
  #unanswered = 0;
  #whenAnswered: (() => void)[] = [];

  // Rather than listeners of every socket's own: there are thousands of sockets.
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    switch (event) {
      case "message": {
        const [data, isBinary] = args;
        if (Buffer.isBuffer(data)) this.owner?.hear(data, isBinary === true);
        return true;
      }
      case "pong":
        this.owner?.heard();
        break;
      case "error":
        // ws closes with the right code by itself (1002, 1007, 1008, 1009).
        return true;
      case "close":
        this.owner?.closed();
        this.#tellAnswered();
    }
    return super.emit(event, ...args);
  }

  /**
   * What tRPC answers to calls that were passed on, each in one message. One may be larger than all that is pushed, and wait for its reader;
   * one more on top of many may not (protocol L3).
   */
  override send(...message: unknown[]): void {
    if (this.bufferedAmount - (this.owner?.backlogUnsent ?? 0) > limits.socketUnsentAnswersBytes) this.owner?.closeAsTooSlow();
    else Reflect.apply(super.send, this, message);
    if (this.#unanswered > 0 && --this.#unanswered === 0) this.#tellAnswered();
  }

  /** Says something that answers no call. */
  say(text: string): void {
    super.send(text);
  }

  /** Hands a frame to tRPC; `calls` of it will be answered. */
  passOn(text: string, calls: number): void {
    this.#unanswered += calls;
    super.emit("message", Buffer.from(text), false);
  }

  /** Resolves when everything passed on has been answered, or can't be any more. */
  async answered(): Promise<void> {
    if (this.#unanswered > 0 && this.readyState === this.OPEN) await new Promise<void>((resolve) => this.#whenAnswered.push(resolve));
  }

  #tellAnswered(): void {
    for (const resolve of this.#whenAnswered.splice(0)) resolve();
  }
}
