import type { Clock } from "@tertulia/model/ports/clock";
import type { Leases } from "@tertulia/model/ports/bus";

const SWEEP_EVERY_MS = 60_000;
const LAPSED_AT_ONCE = 200;

interface Claim {
  holder: string;
  value: string;
  until: number;
}

/** Leases of a server that runs alone. */
export class MemoryLeases implements Leases {
  readonly #clock: Clock;
  // Lists, since nearly all keys have one claim, and there are thousands.
  readonly #claims = new Map<string, readonly Claim[]>();
  /** Keys whose last claim faded, until somebody asks. */
  readonly #lapsed = new Set<string>();
  #sweptAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async hold(key: string, holder: string, value: string, ttlMs: number): Promise<number> {
    this.#sweepNowAndThen();
    const before = this.#live(key);
    const claim: Claim = { holder, value, until: this.#clock.monotonic() + ttlMs };
    const place = before.findIndex((each) => each.holder === holder);
    this.#claims.set(key, place < 0 ? before.concat(claim) : before.with(place, claim));
    this.#lapsed.delete(key);
    return before.length;
  }

  async drop(key: string, holder: string): Promise<number> {
    const left = this.#claims.get(key)?.filter((claim) => claim.holder !== holder) ?? [];
    if (left.length > 0) this.#claims.set(key, left);
    else this.#claims.delete(key);
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
  #live(key: string): readonly Claim[] {
    const claims = this.#claims.get(key);
    if (!claims) return [];
    const now = this.#clock.monotonic();
    if (claims.every(({ until }) => until > now)) return claims;
    const live = claims.filter(({ until }) => until > now);
    if (live.length > 0) this.#claims.set(key, live);
    else {
      this.#claims.delete(key);
      this.#lapsed.add(key);
    }
    return live;
  }

  // What nobody asks for again would stay for ever.
  #sweepNowAndThen(): void {
    const now = this.#clock.monotonic();
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    for (const key of this.#claims.keys()) this.#live(key);
  }
}
