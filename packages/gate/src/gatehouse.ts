import type { CallerOf } from "@tertulia/auth/callers";
import type { Core } from "@tertulia/core/core";
import { InTurn } from "@tertulia/core/messages/in-turn";
import { Addresses } from "./addresses.ts";
import { Farewells } from "./farewells.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Seats } from "./seats.ts";

/** What the connections of all WebSocket doors share, so that a person's and an address' sockets count together whichever they come to. */
export class Gatehouse {
  readonly core: Core;
  readonly callerOf: CallerOf;
  readonly seats: Seats;
  readonly addresses = new Addresses();
  readonly heartbeat: Heartbeat;
  readonly farewells: Farewells;
  /** Of each connection one after the other. */
  readonly backlogs = new InTurn();

  constructor(core: Core, callerOf: CallerOf) {
    this.core = core;
    this.callerOf = callerOf;
    this.seats = new Seats(core);
    this.heartbeat = new Heartbeat(core.clock);
    this.farewells = new Farewells(core.feeds.courier);
  }

  /** Looks after nobody any more: the gates are about to close. */
  close(): void {
    this.heartbeat.close();
  }
}
