import type { Clock } from "@tertulia/model/ports/clock";
import type { Leases } from "@tertulia/model/ports/bus";

const SWEEP_EVERY_MS = 60_000;

interface Claim {
  value: string;
  until: number;
}

/** Leases of a server that runs alone. */
export class MemoryLeases implements Leases {
  readonly #clock: Clock;
  readonly #claims = new Map<string, Map<string, Claim>>();
  #sweptAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async hold(key: string, holder: string, value: string, ttlMs: number): Promise<number> {
    this.#sweepNowAndThen();
    const heldBefore = this.#live(key).length;
    const claims = this.#claims.get(key) ?? new Map<string, Claim>();
    this.#claims.set(key, claims.set(holder, { value, until: this.#clock.now() + ttlMs }));
    return heldBefore;
  }

  async drop(key: string, holder: string): Promise<number> {
    this.#claims.get(key)?.delete(holder);
    return this.#live(key).length;
  }

  async held(keys: string[]): Promise<string[][]> {
    return keys.map((key) => this.#live(key).map(({ value }) => value));
  }

  /** The claims that haven't faded; those that have are forgotten. */
  #live(key: string): Claim[] {
    const claims = this.#claims.get(key);
    if (!claims) return [];
    const now = this.#clock.now();
    for (const [holder, { until }] of claims) if (until <= now) claims.delete(holder);
    if (claims.size === 0) this.#claims.delete(key);
    return [...claims.values()];
  }

  // What nobody asks for again would stay for ever.
  #sweepNowAndThen(): void {
    const now = this.#clock.now();
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    for (const key of this.#claims.keys()) this.#live(key);
  }
}
