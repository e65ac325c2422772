import { createRoom } from "@tertulia/core/rooms/create-room";
import type { Id } from "@tertulia/model/ids";
import type { CreateRoom } from "@tertulia/model/rooms";
import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast, type Person } from "@tertulia/testing/cast";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { startTestServer, type TestServerOptions } from "@tertulia/testing/start-test-server";
import { Client } from "./client.ts";

/** A server with the cast on it, whose time a test moves. */
export interface Stage extends AsyncDisposable {
  server: RunningServer;
  cast: Cast;
  clock: MovableClock;
  /** Someone's client, who hears their rooms by now. */
  enter(person: Pick<Person, "token">): Promise<Client>;
  /** A room of its own, mira's, with tomas in it unless it says otherwise. */
  newRoom(options?: Partial<CreateRoom>): Promise<Id>;
  /** Time goes by as it does for clients that are alive: they are pinged, and answer. */
  pass(ms: number, ...alive: Client[]): Promise<void>;
}

export async function setStage(options: TestServerOptions = {}): Promise<Stage> {
  const clock = new MovableClock();
  const server = await startTestServer({ clock, ...options });
  const stamps = options.clock ?? clock;
  const cast = await gatherCast(server.core);
  return {
    server,
    cast,
    clock,
    enter: (person) => Client.of(person, server.url, { clock: stamps }),
    async newRoom(room = {}) {
      const made = await createRoom(server.core, cast.mira.actor, { kind: "room", title: "Cake", memberIds: [cast.tomas.account.id], ...room });
      return made.room.id;
    },
    async pass(ms, ...alive) {
      for (let passed = 0; passed < ms; passed += 1_000) {
        clock.move(Math.min(1_000, ms - passed));
        for (const client of alive) await client.beats();
      }
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
