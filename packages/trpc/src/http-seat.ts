import type { ServerResponse } from "node:http";
import type { Actor } from "@tertulia/model/actor";
import * as limits from "@tertulia/model/limits";
import type { Clock } from "@tertulia/model/ports/clock";
import { Refusal } from "@tertulia/model/refusals";
import { atInstant } from "./at-instant.ts";
import type { Seated, Seats } from "@tertulia/gate/seats";

/** A follow over HTTP, for as long as its response lasts: it ends with the session that asked for it, as a socket does. */
export class HttpSeat implements Seated {
  readonly actor: Actor;
  readonly token: string;
  readonly #response: ServerResponse;

  private constructor(actor: Actor, token: string, response: ServerResponse) {
    this.actor = actor;
    this.token = token;
    this.#response = response;
  }

  /** @throws RATE_LIMITED over 20 at a time */
  static take(seats: Seats, clock: Clock, { actor, token }: { actor: Actor; token: string }, response: ServerResponse): void {
    if (seats.isFull(actor.user.id)) throw new Refusal("RATE_LIMITED", { limit: limits.socketsPerUser });
    const seat = new HttpSeat(actor, token, response);
    const leave = seats.take(seat);
    const cancel = atInstant(clock, actor.sessionExpiresAt, () => seat.closeAsOver());
    response.once("close", () => {
      cancel();
      leave();
    });
  }

  closeAsOver(): void {
    this.#response.destroy();
  }

  /** What was asked goes on being followed as who asked it. */
  becomes(): void {}
}
