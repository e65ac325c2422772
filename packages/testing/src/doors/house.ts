import { addMember } from "@tertulia/core/members/add-member";
import { createRoom } from "@tertulia/core/rooms/create-room";
import type { Id } from "@tertulia/model/ids";
import type { CreateRoom } from "@tertulia/model/rooms";
import type { GlobalRole } from "@tertulia/model/users";
import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast, type Person } from "../cast.ts";
import { gatherCrowd, type Guest } from "../crowd.ts";
import { startTestServer, type TestServerOptions } from "../start-test-server.ts";
import type { Door, Visit } from "./door.ts";

/** A server with the cast in it, and whoever came in by whichever door: they stay until the house is closed. */
export class House implements AsyncDisposable {
  readonly server: RunningServer;
  readonly cast: Cast;
  readonly #visits = new Map<string, Promise<Visit>>();

  private constructor(server: RunningServer, cast: Cast) {
    this.server = server;
    this.cast = cast;
  }

  static async open(options?: TestServerOptions): Promise<House> {
    const server = await startTestServer(options);
    return new House(server, await gatherCast(server.core));
  }

  /** A person's own visit by this door, the same each time. */
  visit(door: Door, person: Person): Promise<Visit> {
    const key = `${door.name} ${person.account.id}`;
    const visit = this.#visits.get(key) ?? door.enter(this.server.url, person);
    this.#visits.set(key, visit);
    return visit;
  }

  /** A room of mira's own, with tomas and quill in it unless it says who else. */
  async newRoom(options: Partial<CreateRoom> = {}): Promise<Id> {
    const { mira, tomas, quill } = this.cast;
    const { room } = await createRoom(this.server.core, mira.actor, { kind: "room", title: "Cake", isPrivate: true, memberIds: [tomas.account.id, quill.id], ...options });
    return room.id;
  }

  /** Someone who was never here before: whoever is refused too often has to be another each time. */
  async newcomer(role: GlobalRole = "USER"): Promise<Guest> {
    const { db } = this.server.core;
    const { people } = await gatherCrowd(db, { people: 1 });
    const [guest] = people;
    if (!guest) throw new Error("Nobody came.");
    await db.updateTable("users").set({ role }).where("id", "=", guest.id).execute();
    return guest;
  }

  /** Has mira add someone to a room of hers. */
  async seat(roomId: Id, guest: Guest): Promise<void> {
    await addMember(this.server.core, this.cast.mira.actor, { roomId, userId: guest.id });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const visit of this.#visits.values()) await (await visit)[Symbol.asyncDispose]();
    await this.server.close();
  }
}
