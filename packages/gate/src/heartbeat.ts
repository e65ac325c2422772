import * as limits from "@tertulia/model/limits";
import type { Clock } from "@tertulia/model/ports/clock";

const TICK_MS = 1_000;
const PING_TICKS = limits.socketPingMs / TICK_MS;
const PATIENCE_TICKS = (limits.socketSilenceMs - limits.socketPingMs) / TICK_MS;
const STALL_TICKS = limits.socketStalledMs / TICK_MS;

export interface Beating {
  /** When it last said anything, pongs included: `clock.monotonic()`. */
  readonly heardAt: number;
  ping(): void;
  closeAsSilent(): void;
  /** Bytes that wait for the other side. */
  readonly unsent: number;
  /** How many it has ever taken. */
  readonly taken: number;
  closeAsTooSlow(): void;
  /** When its session ends: `clock.now()`. */
  readonly sessionExpiresAt: number;
  closeAsOver(): void;
}

interface Beat {
  pingedAt: number | null;
  /** What it had taken when it was last looked at while something waited for it. */
  taken: number | null;
}

type Second = Map<Beating, Beat>;

/**
 * Finds out who is gone (protocol E8, L3), and whose session has ended. One timer for all connections: each has its own second among 25,
 * the one with the fewest when it came, so that no burst of connections becomes a burst of pings.
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #wheel: Second[] = Array.from({ length: PING_TICKS }, () => new Map());
  #tick = 0;
  #cancel: () => void;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#cancel = this.#later();
  }

  add(connection: Beating): void {
    let fewest = this.#at(this.#tick);
    for (const second of this.#wheel) if (second.size < fewest.size) fewest = second;
    fewest.set(connection, { pingedAt: null, taken: null });
  }

  remove(connection: Beating): void {
    for (const second of this.#wheel) if (second.delete(connection)) return;
  }

  close(): void {
    this.#cancel();
  }

  #later(): () => void {
    return this.#clock.after(TICK_MS, () => {
      this.#tick++;
      this.#beat();
      this.#cancel = this.#later();
    });
  }

  #beat(): void {
    const now = this.#clock.monotonic();
    for (const [connection, beat] of this.#at(this.#tick)) {
      beat.pingedAt = now;
      connection.ping();
    }
    for (const [connection, { pingedAt }] of this.#at(this.#tick - PATIENCE_TICKS)) {
      if (pingedAt !== null && connection.heardAt < pingedAt) connection.closeAsSilent();
    }
    // A part of all in each second, and each of them every 10.
    for (let second = this.#tick % STALL_TICKS; second < PING_TICKS; second += STALL_TICKS) this.#letStalledGo(this.#at(second));
    this.#endSessions();
  }

  #letStalledGo(second: Second): void {
    for (const [connection, beat] of second) {
      const taken = connection.unsent > 0 ? connection.taken : null;
      if (taken !== null && taken === beat.taken) connection.closeAsTooSlow();
      beat.taken = taken;
    }
  }

  /** A look at each costs less than a timer for each. */
  #endSessions(): void {
    const now = this.#clock.now();
    for (const second of this.#wheel) for (const connection of second.keys()) if (connection.sessionExpiresAt <= now) connection.closeAsOver();
  }

  #at(tick: number): Second {
    return this.#wheel[((tick % PING_TICKS) + PING_TICKS) % PING_TICKS] ?? new Map();
  }
}
