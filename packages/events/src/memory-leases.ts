import type { Clock } from "@tertulia/model/ports/clock";
import type { Leases } from "@tertulia/model/ports/bus";

const SWEEP_EVERY_MS = 60_000;
const LAPSED_AT_ONCE = 200;

interface Claim {
  value: string;
  until: number;
}

/** Leases of a server that runs alone. */
export class MemoryLeases implements Leases {
  readonly #clock: Clock;
  readonly #claims = new Map<string, Map<string, Claim>>();
  /** Keys whose last claim faded, until somebody asks. */
  readonly #lapsed = new Set<string>();
  #sweptAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async hold(key: string, holder: string, value: string, ttlMs: number): Promise<number> {
    this.#sweepNowAndThen();
    const heldBefore = this.#live(key).length;
    const claims = this.#claims.get(key) ?? new Map<string, Claim>();
    this.#claims.set(key, claims.set(holder, { value, until: this.#clock.monotonic() + ttlMs }));
    this.#lapsed.delete(key);
    return heldBefore;
  }

  async drop(key: string, holder: string): Promise<number> {
    const claims = this.#claims.get(key);
    if (claims?.delete(holder) && claims.size === 0) this.#claims.delete(key);
    return this.#live(key).length;
  }

  async held(keys: string[]): Promise<string[][]> {
    return keys.map((key) => this.#live(key).map(({ value }) => value));
  }

  async lapsed(): Promise<string[]> {
    for (const key of this.#claims.keys()) this.#live(key);
    const keys = [...this.#lapsed].slice(0, LAPSED_AT_ONCE);
    for (const key of keys) this.#lapsed.delete(key);
    return keys;
  }

  /** The claims that haven't faded; those that have are forgotten. */
  #live(key: string): Claim[] {
    const claims = this.#claims.get(key);
    if (!claims) return [];
    const now = this.#clock.monotonic();
    for (const [holder, { until }] of claims) if (until <= now) claims.delete(holder);
    if (claims.size === 0) {
      this.#claims.delete(key);
      this.#lapsed.add(key);
    }
    return [...claims.values()];
  }

  // What nobody asks for again would stay for ever.
  #sweepNowAndThen(): void {
    const now = this.#clock.monotonic();
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    for (const key of this.#claims.keys()) this.#live(key);
  }
}
