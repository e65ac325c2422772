import type { Id } from "@tertulia/model/ids";
import type { Counters } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Refusal } from "@tertulia/model/refusals";
import type { GlobalRole } from "@tertulia/model/users";
import { rateLimited } from "../limits/rate-limited.ts";

const WINDOW_MS = 60_000;

/** How many posts by one user go into any 60 s, by what they are on this server. */
export type PostsPerMinute = Record<GlobalRole, number>;

/** A place among the posts of this minute, or why there is none. */
export type PostPlace = { giveBack: () => void } | { refusal: Refusal };

/**
 * At most so many posts by one user in any 60 s, by whichever node and door they come (protocol L1). While the nodes can't count together each counts
 * by itself: a chat goes on. A post takes its place before it is stored and gives it back if it turns out to be a replay or is refused.
 */
export class PostLimiter {
  readonly #counters: Counters;
  readonly #clock: Clock;
  readonly #limits: PostsPerMinute;

  constructor(counters: Counters, clock: Clock, limits: PostsPerMinute) {
    this.#counters = counters;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** The refusal is RATE_LIMITED {limit, resetAt, retryAfterMs}. */
  take(userId: Id, role: GlobalRole): Promise<PostPlace> {
    return this.#place(`posts:${userId}`, this.#limits[role], WINDOW_MS);
  }

  /** The same in a room where they may post once in so many seconds. */
  async takeSlowly(userId: Id, role: GlobalRole, roomId: Id, pauseSeconds: number): Promise<PostPlace> {
    const place = await this.take(userId, role);
    if ("refusal" in place) return place;
    const turn = await this.#place(`posts:${roomId}:${userId}`, 1, pauseSeconds * 1_000);
    if ("refusal" in turn) place.giveBack();
    return "refusal" in turn ? turn : { giveBack: () => (place.giveBack(), turn.giveBack()) };
  }

  async #place(key: string, limit: number, windowMs: number): Promise<PostPlace> {
    const taking = await this.#counters.take(key, limit, windowMs);
    return taking.isTaken ? taking : { refusal: rateLimited(this.#clock, limit, taking.freeAfterMs) };
  }
}
