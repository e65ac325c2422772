import { type Database, openDatabase } from "@tertulia/db/open";
import { silentLog } from "@tertulia/db/testing/open-test-database";
import { type Crowd, type Guest, gatherCrowd } from "@tertulia/testing/crowd";
import { limitsOutOfTheWay } from "@tertulia/testing/limits-out-of-the-way";
import type { Told } from "@tertulia/testing/oracle/oracle";
import { TEST_SECRET } from "@tertulia/testing/start-test-server";
import { sql } from "kysely";
import { onTestFinished } from "vitest";
import { startTemporaryPostgres, type TemporaryPostgres } from "../../../scripts/temporary-postgres.mjs";
import { startTemporaryRedis, type TemporaryRedis } from "../../../scripts/temporary-redis.mjs";
import { ServerProcess } from "../test/server-process.ts";

export interface StageOptions {
  people: number;
  rooms?: number;
  membersPerRoom?: number;
  /** Whether nodes are connected by a Redis, too. */
  redis?: boolean;
}

/** A Postgres of its own with people in it, and servers over it, each a process: what a fault needs to happen in. */
export class Stage implements AsyncDisposable {
  readonly postgres: TemporaryPostgres;
  readonly redis: TemporaryRedis | undefined;
  readonly #database: Database;
  readonly #crowd: Crowd;
  readonly #servers: ServerProcess[] = [];
  #ended: Promise<void> | null = null;

  private constructor(postgres: TemporaryPostgres, redis: TemporaryRedis | undefined, database: Database, crowd: Crowd) {
    this.postgres = postgres;
    this.redis = redis;
    this.#database = database;
    this.#crowd = crowd;
  }

  static async open({ redis = false, ...crowd }: StageOptions): Promise<Stage> {
    const postgres = await startTemporaryPostgres();
    if (!postgres) throw new Error("There is no Postgres here to start.");
    const database = await openDatabase({ url: postgres.url }, { log: silentLog });
    const stage = new Stage(postgres, redis ? await startTemporaryRedis() : undefined, database, await gatherCrowd(database.db, crowd));
    // A test that hangs never disposes of it.
    onTestFinished(() => stage[Symbol.asyncDispose]());
    return stage;
  }

  /** The database itself, for what no door does or tells. */
  get db(): Database["db"] {
    return this.#database.db;
  }

  get people(): readonly Guest[] {
    return this.#crowd.people;
  }

  person(at: number): Guest {
    const guest = this.#crowd.people[at];
    if (!guest) throw new Error(`There is no ${at}th person on this stage.`);
    return guest;
  }

  get rooms(): readonly string[] {
    return this.#crowd.rooms;
  }

  /** The first of the rooms. */
  get room(): string {
    return this.#crowd.rooms[0] ?? "";
  }

  /** A server over this database; it ends with the stage, if not before. */
  server(settings: Record<string, string> = {}, options: { descriptors?: number } = {}): ServerProcess {
    const connected = this.redis ? { REDIS_URL: this.redis.url } : {};
    const usual = { DATABASE_URL: this.postgres.url, AUTH_SECRET: TEST_SECRET, ...limitsOutOfTheWay, LOG_LEVEL: "error" };
    const server = new ServerProcess({ ...usual, ...connected, ...settings }, options);
    this.#servers.push(server);
    return server;
  }

  /** What the database holds of a room, asked of it directly. */
  async stored(roomId = this.room): Promise<Told[]> {
    const { rows } = await sql<Told>`select content, seq from messages where room_id = ${roomId} order by seq`.execute(this.db);
    return rows;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    for (const server of this.#servers) await server[Symbol.asyncDispose]();
    await this.redis?.stop();
    await this.#database.close();
    await this.postgres.stop();
  }
}
