import { limits } from "@tertulia/model/limits";
import type { Clock } from "@tertulia/model/ports/clock";

const TICK_MS = 1_000;
const PING_TICKS = limits.socketPingMs / TICK_MS;
const PATIENCE_TICKS = (limits.socketSilenceMs - limits.socketPingMs) / TICK_MS;
const STALL_TICKS = limits.socketStalledMs / TICK_MS;

export interface Beating {
  /** When it last said anything, pongs included. */
  readonly heardAt: number;
  ping(): void;
  closeAsSilent(): void;
  /** Bytes that wait for the other side, and how many it has ever taken. */
  readonly unsent: { bytes: number; taken: number };
  closeAsTooSlow(): void;
}

interface Beat {
  pingedAt: number;
  taken: number;
}

/**
 * Finds out who is gone (protocol E8, L3). One timer for all connections: each has its own second among 25, given by chance,
 * so that pings are spread and no burst of connections becomes a burst of pings.
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #wheel = Array.from({ length: PING_TICKS }, () => new Map<Beating, Beat>());
  #tick = 0;
  #cancel: () => void;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#cancel = this.#later();
  }

  /** The answer ends it. */
  add(connection: Beating): () => void {
    const second = this.#wheel[Math.floor(Math.random() * PING_TICKS)];
    second?.set(connection, { pingedAt: 0, taken: -1 });
    return () => second?.delete(connection);
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
    const now = this.#clock.now();
    for (const [connection, beat] of this.#at(this.#tick)) {
      beat.pingedAt = now;
      connection.ping();
    }
    for (const [connection, beat] of this.#at(this.#tick - PATIENCE_TICKS)) {
      if (beat.pingedAt > 0 && connection.heardAt < beat.pingedAt) connection.closeAsSilent();
    }
    if (this.#tick % STALL_TICKS === 0) this.#letStalledGo();
  }

  #letStalledGo(): void {
    for (const second of this.#wheel) {
      for (const [connection, beat] of second) {
        const { bytes, taken } = connection.unsent;
        if (bytes > 0 && taken === beat.taken) connection.closeAsTooSlow();
        beat.taken = taken;
      }
    }
  }

  #at(tick: number): Map<Beating, Beat> {
    return this.#wheel[((tick % PING_TICKS) + PING_TICKS) % PING_TICKS] ?? new Map();
  }
}
