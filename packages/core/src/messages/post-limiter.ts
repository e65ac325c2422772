import type { Id } from "@tertulia/model/ids";
import type { Clock } from "@tertulia/model/ports/clock";
import { Refusal } from "@tertulia/model/refusals";

const WINDOW_MS = 60_000;

/**
 * At most so many posts by one user in any 60 s: a sliding log, since a fixed window lets twice as many through (protocol L1).
 * A post takes its place before it is stored and gives it back if it turns out to be a replay or is refused.
 */
export class PostLimiter {
  readonly #clock: Clock;
  readonly #limit: number;
  /** When each posted lately; who posted longest ago comes first. */
  readonly #posts = new Map<Id, number[]>();

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  isFull(userId: Id): boolean {
    return this.#recent(userId).length >= this.#limit;
  }

  /** Takes a place in the log; the answer gives it back. @throws RATE_LIMITED {limit, resetAt, retryAfterMs} */
  take(userId: Id): () => void {
    const posts = this.#recent(userId);
    if (posts.length >= this.#limit) throw this.refusal(userId);
    const at = this.#clock.now();
    posts.push(at);
    this.#posts.delete(userId);
    this.#posts.set(userId, posts);
    this.#forgetSilent();
    return () => {
      const place = posts.indexOf(at);
      if (place >= 0) posts.splice(place, 1);
    };
  }

  refusal(userId: Id): Refusal {
    const oldest = this.#recent(userId)[0] ?? this.#clock.now();
    const resetAt = oldest + WINDOW_MS;
    return new Refusal("RATE_LIMITED", {
      limit: this.#limit,
      resetAt: new Date(resetAt).toISOString(),
      retryAfterMs: Math.max(1, resetAt - this.#clock.now()),
    });
  }

  /** Whoever posts makes room: nobody is kept for longer than they count. */
  #forgetSilent(): void {
    const since = this.#since();
    for (const [userId, posts] of this.#posts) {
      if ((posts.at(-1) ?? 0) > since) return;
      this.#posts.delete(userId);
    }
  }

  #since(): number {
    return this.#clock.now() - WINDOW_MS;
  }

  #recent(userId: Id): number[] {
    const posts = this.#posts.get(userId) ?? [];
    // The clock was put back: what seems to be still to come counts as posted now.
    const now = this.#clock.now();
    for (let place = posts.length - 1; (posts[place] ?? now) > now; place--) posts[place] = now;
    const since = this.#since();
    let gone = 0;
    while (gone < posts.length && (posts[gone] ?? 0) <= since) gone++;
    posts.splice(0, gone);
    if (posts.length === 0) this.#posts.delete(userId);
    return posts;
  }
}
