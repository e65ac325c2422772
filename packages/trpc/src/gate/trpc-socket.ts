import { GatedSocket } from "@tertulia/gate/gated-socket";
import * as limits from "@tertulia/model/limits";

/**
 * A WebSocket on which tRPC's own handler listens too, and hears only what the gate passes on: nothing reaches it that wasn't measured,
 * and follows never do.
 */
export class TrpcSocket extends GatedSocket {
  #unanswered = 0;
  #whenAnswered: (() => void)[] = [];

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    const isHeard = super.emit(event, ...args);
    if (event === "close") this.#tellAnswered();
    return isHeard;
  }

  /**
   * What tRPC answers to calls that were passed on, each in one message. One may be larger than all that is pushed, and wait for its reader;
   * one more on top of many may not (protocol L3).
   */
  override send(...message: unknown[]): void {
    if (this.owner && this.owner.pushedUnsent > limits.socketUnsentAnswersBytes) this.owner.closeAsTooSlow();
    else Reflect.apply(super.send, this, message);
    if (this.#unanswered > 0 && --this.#unanswered === 0) this.#tellAnswered();
  }

  /** Says something that answers no call. */
  say(text: string): void {
    super.send(text);
  }

  /** Hands a frame to tRPC; `calls` of it will be answered. */
  ask(text: string, calls: number): void {
    this.#unanswered += calls;
    this.passOn(text);
  }

  /** Resolves when everything passed on has been answered, or can't be any more. */
  async answered(): Promise<void> {
    if (this.#unanswered > 0 && this.readyState === this.OPEN) await new Promise<void>((resolve) => this.#whenAnswered.push(resolve));
  }

  #tellAnswered(): void {
    for (const resolve of this.#whenAnswered.splice(0)) resolve();
  }
}
