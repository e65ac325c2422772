import type { Log } from "@tertulia/model/ports/log";
import { Refusal } from "@tertulia/model/refusals";
import pg from "pg";
import { arrayTypes, columnTypes, parseArray } from "../column-types.ts";
import { DatabaseUnavailable, isDiskFull } from "../errors.ts";
import type { Rows, Session, Sessions, SessionsInUse } from "../session.ts";

// Together they answer every caller within 6 s, even if the server is stopped dead: the first are kept by the server, the last by us.
const STATEMENT_MS = 5_000;
const IDLE_IN_TRANSACTION_MS = 5_000;
const CONNECT_MS = 3_000;
const SILENCE_MS = 5_500;
const CONNECTIONS = 10;

export const everydayPool: pg.PoolConfig = {
  max: CONNECTIONS,
  connectionTimeoutMillis: CONNECT_MS,
  statement_timeout: STATEMENT_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  query_timeout: SILENCE_MS,
};

// A migration may take long, but may not make others wait for a lock it waits for itself.
export const migrationPool: pg.PoolConfig = { max: 1, connectionTimeoutMillis: CONNECT_MS, lock_timeout: 2_000 };

/** Postgres' sessions, from a pool that heals by itself. */
export class PostgresSessions implements Sessions {
  readonly #pool: pg.Pool;

  constructor(url: string, settings: pg.PoolConfig, log: Log) {
    this.#pool = new pg.Pool({ connectionString: url, application_name: "tertulia", keepAlive: true, types: { getTypeParser }, ...settings });
    const note = (err: Error) => log.warn({ err }, "A connection to Postgres broke.");
    this.#pool.on("error", note);
    // A lent connection that breaks has no other listener, and an error nobody hears ends the process.
    this.#pool.on("connect", (client) => client.on("error", note));
  }

  async borrow(): Promise<Session> {
    if (this.#pool.ending) throw new DatabaseUnavailable("The database is closed.");
    try {
      return new PostgresSession(await this.#pool.connect());
    } catch (cause) {
      throw new DatabaseUnavailable(`Postgres takes no connection: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }

  giveBack(session: Session): void {
    if (session instanceof PostgresSession) session.giveBack();
  }

  use(): SessionsInUse {
    return { lent: this.#pool.totalCount - this.#pool.idleCount, waiting: this.#pool.waitingCount };
  }

  async close(): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end();
  }
}

class PostgresSession implements Session {
  readonly #client: pg.PoolClient;
  #isBroken = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  async run(sql: string, parameters: readonly unknown[], preparedAs?: string): Promise<Rows> {
    if (this.#isBroken) throw new DatabaseUnavailable("The connection to Postgres broke.");
    try {
      const answer: pg.QueryResult | pg.QueryResult[] = await this.#client.query({ text: sql, values: [...parameters], ...(preparedAs !== undefined && { name: preparedAs }) });
      const last = Array.isArray(answer) ? answer.at(-1) : answer;
      return { rows: last?.rows ?? [], affected: last?.rowCount ?? 0 };
    } catch (error) {
      throw this.#whatItMeans(error);
    }
  }

  giveBack(): void {
    this.#client.release(this.#isBroken);
  }

  #whatItMeans(error: unknown): unknown {
    if (!(error instanceof pg.DatabaseError)) {
      this.#isBroken = true;
      return new DatabaseUnavailable("Postgres doesn't answer.", { cause: error });
    }
    if (isDiskFull(error)) return new Refusal("STORAGE_FULL");
    const state = error.code ?? "";
    if (state === CANCELED_BY_TIMEOUT || saysGoodbye(state)) return new DatabaseUnavailable(`Postgres gave up: ${error.message}`, { cause: error });
    return error;
  }
}

const CANCELED_BY_TIMEOUT = "57014";
/** Connection failures, too many connections, shutdowns, a session that was idle too long. */
const saysGoodbye = (state: string) => state.startsWith("08") || state.startsWith("57P") || state === "53300" || state === "25P03";

function getTypeParser(oid: number): (text: string) => unknown {
  const element = arrayTypes[oid];
  const parse = columnTypes[element ?? oid] ?? ((text: string) => text);
  return element === undefined ? parse : (text) => parseArray(text, parse);
}
