import type { ServerResponse } from "node:http";
import type { Core } from "@tertulia/core/core";
import { actorForToken } from "@tertulia/core/sessions/actor-for-token";
import type { Actor } from "@tertulia/model/actor";
import { limits } from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import { atInstant } from "./at-instant.ts";
import type { Seated, Seats } from "./gate/seats.ts";

/** A follow over HTTP, for as long as its response lasts: it ends with the session that asked for it, as a socket does. */
export class HttpSeat implements Seated {
  readonly actor: Actor;
  readonly #core: Core;
  readonly #token: string;
  readonly #response: ServerResponse;

  private constructor(core: Core, actor: Actor, token: string, response: ServerResponse) {
    this.#core = core;
    this.actor = actor;
    this.#token = token;
    this.#response = response;
  }

  /** @throws RATE_LIMITED over 20 at a time */
  static take(seats: Seats, core: Core, { actor, token }: { actor: Actor; token: string }, response: ServerResponse): void {
    if (seats.isFull(actor.user.id)) throw new Refusal("RATE_LIMITED", { limit: limits.socketsPerUser });
    const seat = new HttpSeat(core, actor, token, response);
    const leave = seats.take(seat);
    const cancel = atInstant(core.clock, actor.sessionExpiresAt, () => seat.closeAsOver());
    response.once("close", () => {
      cancel();
      leave();
    });
  }

  closeAsOver(): void {
    this.#response.destroy();
  }

  async recheck(): Promise<void> {
    // Whoever else heard the same note drops what they keep first.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      if (!(await actorForToken(this.#core, this.#token))) this.closeAsOver();
    } catch (error) {
      // A database that can't answer takes nobody's session away.
      this.#core.log.warn({ err: error }, "A session could not be looked at again.");
    }
  }
}
