import type { Core } from "@tertulia/core/core";
import { addMember } from "@tertulia/core/members/add-member";
import { createRoom } from "@tertulia/core/rooms/create-room";
import { openDatabase } from "@tertulia/db/open";
import { silentLog } from "@tertulia/db/testing/open-test-database";
import type { Id } from "@tertulia/model/ids";
import type { CreateRoom } from "@tertulia/model/rooms";
import type { GlobalRole } from "@tertulia/model/users";
import type { RunningServer } from "@tertulia/server/server";
import { startTemporaryPostgres } from "../../../../scripts/temporary-postgres.mjs";
import { startTemporaryRedis } from "../../../../scripts/temporary-redis.mjs";
import { type Cast, gatherCast, type Person } from "../cast.ts";
import { gatherCrowd, type Guest } from "../crowd.ts";
import { type ModelServer, startModelServer } from "../model-server/start-model-server.ts";
import { startTestServer, type TestServerOptions } from "../start-test-server.ts";
import type { Door, Visit } from "./door.ts";

/** A server, or two of them, with the cast in it, and whoever came in by whichever door: they stay until the house is closed. */
export class House implements AsyncDisposable {
  readonly cast: Cast;
  /** Answers for quill. */
  readonly models: ModelServer;
  readonly #nodes: readonly [RunningServer, ...RunningServer[]];
  readonly #ground: AsyncDisposableStack;
  readonly #visits = new Map<string, Promise<Visit>>();

  private constructor(nodes: readonly [RunningServer, ...RunningServer[]], cast: Cast, models: ModelServer, ground: AsyncDisposableStack) {
    this.#nodes = nodes;
    this.cast = cast;
    this.models = models;
    this.#ground = ground;
  }

  static async open(options?: TestServerOptions): Promise<House> {
    await using ground = new AsyncDisposableStack();
    const models = ground.use(await startModelServer());
    const server = ground.use(await startTestServer({ openAi: answeredBy(models), ...options }));
    return new House([server], await gatherCast(server.core), models, ground.move());
  }

  /** Two nodes on a Postgres and a Redis of their own, which have to be installed. */
  static async openOnTwoNodes(options?: TestServerOptions): Promise<House> {
    await using ground = new AsyncDisposableStack();
    const [postgres, redis] = await Promise.all([startTemporaryPostgres(), startTemporaryRedis()]);
    if (!postgres || !redis) throw new Error("There is no Postgres or no Redis here to start.");
    ground.defer(() => postgres.stop());
    ground.defer(() => redis.stop());
    const models = ground.use(await startModelServer());
    const database = ground.use(await openDatabase({ url: postgres.url }, { log: silentLog }));
    const node = () => startTestServer({ openAi: answeredBy(models), database, redisUrl: redis.url, ...options });
    const nodes = await Promise.all([node(), node()]);
    ground.defer(async () => void (await Promise.all(nodes.map((each) => each.close()))));
    return new House(nodes, await gatherCast(nodes[0].core), models, ground.move());
  }

  get url(): string {
    return this.#nodes[0].url;
  }

  get core(): Core {
    return this.#nodes[0].core;
  }

  /** A person's own visit by this door, the same each time. */
  visit(door: Door, person: Person): Promise<Visit> {
    const key = `${door.name} ${person.account.id}`;
    const visit = this.#visits.get(key) ?? door.enter(this.url, person);
    this.#visits.set(key, visit);
    return visit;
  }

  /** A visit to the other node, which ends when it is disposed of. */
  enterElsewhere(door: Door, person: Person): Promise<Visit> {
    const [, elsewhere] = this.#nodes;
    if (!elsewhere) throw new Error("There is one node only.");
    return door.enter(elsewhere.url, person);
  }

  /** A room of mira's own, with tomas and quill in it unless it says who else. */
  async newRoom(options: Partial<CreateRoom> = {}): Promise<Id> {
    const { mira, tomas, quill } = this.cast;
    const { room } = await createRoom(this.core, mira.actor, { kind: "room", title: "Cake", isPrivate: true, memberIds: [tomas.account.id, quill.id], ...options });
    return room.id;
  }

  /** Someone who was never here before: whoever is refused too often has to be another each time. */
  async newcomer(role: GlobalRole = "USER"): Promise<Guest> {
    const { db } = this.core;
    const { people } = await gatherCrowd(db, { people: 1 });
    const [guest] = people;
    if (!guest) throw new Error("Nobody came.");
    await db.updateTable("users").set({ role }).where("id", "=", guest.id).execute();
    return guest;
  }

  /** Has mira add someone to a room of hers. */
  async seat(roomId: Id, guest: Guest): Promise<void> {
    await addMember(this.core, this.cast.mira.actor, { roomId, userId: guest.id });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const visit of this.#visits.values()) await (await visit)[Symbol.asyncDispose]();
    await this.#ground.disposeAsync();
  }
}

const answeredBy = ({ url }: ModelServer) => ({ apiKey: "none", baseUrl: url, model: "scripted-1" });
