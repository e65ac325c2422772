import type { Bus } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import type { RoomFeeds } from "../feed/room-feeds.ts";
import type { RoomStates } from "../feed/room-states.ts";

/** By then every node is back that is coming back, and its people's leases are held anew: before, they would seem to be gone. */
const OTHERS_ARE_BACK_AFTER_MS = 5_000;

interface Parts {
  bus: Bus;
  clock: Clock;
  log: Log;
  feeds: RoomFeeds;
  roomStates: RoomStates;
}

/** After a break of the bus, shows the followers of presence here how everyone is: what other nodes told meanwhile was lost. */
export class PresenceRefresh {
  readonly #parts: Parts;
  readonly #endListening: () => void;
  #cancel = () => {};

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#endListening = parts.bus.onMissed(() => {
      this.#cancel();
      this.#cancel = parts.clock.after(OTHERS_ARE_BACK_AFTER_MS, () => void this.#showAnew());
    });
  }

  close(): void {
    this.#endListening();
    this.#cancel();
  }

  /** One room after the other, so that neither the database nor Redis is stormed. */
  async #showAnew(): Promise<void> {
    const { feeds, roomStates, log } = this.#parts;
    try {
      for (const feed of feeds.opened) {
        if (!feed.showsPresence) continue;
        for (const presence of await roomStates.presenceIn(feed.roomId)) feed.hear({ kind: "presence", presence });
      }
    } catch (error) {
      log.warn({ err: error }, "How people are could not be read after the bus was away.");
    }
  }
}
