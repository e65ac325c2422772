import { WebSocket } from "ws";
import type { Context } from "../context.ts";

/**
 * A WebSocket on which the gate hears every message first. tRPC's own handler listens on the same socket and hears only
 * what the gate passes on, so nothing reaches it that wasn't measured, and follows never do.
 */
export class GatedSocket extends WebSocket {
  hear: (data: Buffer, isBinary: boolean) => void = () => {};
  /** What tRPC's handler gives to procedures; null until it is known who speaks. */
  context: Context | null = null;

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    const [data, isBinary] = args;
    if (event !== "message" || !Buffer.isBuffer(data)) return super.emit(event, ...args);
    this.hear(data, isBinary === true);
    return true;
  }

  passOn(text: string): void {
    super.emit("message", Buffer.from(text), false);
  }
}
