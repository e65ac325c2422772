import { limits } from "@tertulia/model/limits";
import { WebSocket } from "ws";
import type { Context } from "../context.ts";

/**
 * A WebSocket on which the gate hears every message first. tRPC's own handler listens on the same socket and hears only
 * what the gate passes on, so nothing reaches it that wasn't measured, and follows never do.
 */
export class GatedSocket extends WebSocket {
  hear: (data: Buffer, isBinary: boolean) => void = () => {};
  tooSlow: () => void = () => {};
  /** How much of what waits is a backlog, which a follower asked for. */
  backlogUnsent: () => number = () => 0;
  /** What tRPC's handler gives to procedures; null until it is known who speaks. */
  context: Context | null = null;

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    const [data, isBinary] = args;
    if (event !== "message" || !Buffer.isBuffer(data)) return super.emit(event, ...args);
    this.hear(data, isBinary === true);
    return true;
  }

  /** One answer may be larger than all that is pushed, and wait for its reader; one more on top of many may not (protocol L3). */
  override send(...message: unknown[]): void {
    if (this.bufferedAmount - this.backlogUnsent() > limits.socketUnsentAnswersBytes) this.tooSlow();
    else Reflect.apply(super.send, this, message);
  }

  passOn(text: string): void {
    super.emit("message", Buffer.from(text), false);
  }
}
