import { AsyncLocalStorage } from "node:async_hooks";
import {
  AbortedTransactionError, type CompiledQuery, type ConnectionProvider, type DatabaseConnection, DefaultQueryExecutor, type Dialect, type DialectAdapter,
  type Driver, Kysely, PostgresIntrospector, PostgresQueryCompiler, type QueryResult, type TransactionSettings,
} from "kysely";
import pg from "pg";
import { toParameter } from "./parameters.ts";
import { preparedNameOf } from "./prepared.ts";
import type { Session, Sessions } from "./session.ts";

/** Kysely over any lender of sessions, with the same behaviour on the embedded database and on Postgres. */
export function kyselyOver<Tables>(sessions: Sessions, adapter: DialectAdapter): Kysely<Tables> {
  const driver = new SessionsDriver(sessions);
  const dialect: Dialect = {
    createDriver: () => driver,
    createAdapter: () => adapter,
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
  const executor = new DefaultQueryExecutor(new PostgresQueryCompiler(), adapter, new OneConnectionAtATime(driver));
  return new Kysely<Tables>({ config: { dialect }, dialect, driver, executor });
}

/**
 * Gives one flow of calls one connection. A query on `db` inside a transaction's callback would wait for the very transaction
 * that waits for it (at once on the embedded database, under load on Postgres), so it is refused.
 */
class OneConnectionAtATime implements ConnectionProvider {
  readonly #driver: SessionsDriver;
  readonly #borrowing = new AsyncLocalStorage<{ over: boolean }>();

  constructor(driver: SessionsDriver) {
    this.#driver = driver;
  }

  async provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    if (this.#borrowing.getStore()?.over === false) {
      throw new Error("A query on the database inside a transaction's callback waits for that transaction for ever: use the transaction you were given.");
    }
    const connection = await this.#driver.acquireConnection();
    const borrowing = { over: false };
    try {
      return await this.#borrowing.run(borrowing, () => consumer(connection));
    } finally {
      borrowing.over = true;
      await this.#driver.releaseConnection(connection);
    }
  }
}

class SessionsDriver implements Driver {
  readonly #sessions: Sessions;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new SessionConnection(await this.#sessions.borrow());
  }

  async beginTransaction(connection: DatabaseConnection, { isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    const modes = [isolationLevel && `isolation level ${isolationLevel}`, accessMode].filter((mode) => mode !== undefined);
    await this.#ours(connection).begin(["begin", ...modes].join(" "));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#ours(connection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#ours(connection).rollback("rollback");
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await this.#ours(connection).run(`savepoint "${name}"`);
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await this.#ours(connection).rollback(`rollback to savepoint "${name}"`);
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await this.#ours(connection).run(`release savepoint "${name}"`);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#sessions.giveBack(this.#ours(connection).session);
  }

  async destroy(): Promise<void> {
    await this.#sessions.close();
  }

  #ours(connection: DatabaseConnection): SessionConnection {
    if (connection instanceof SessionConnection) return connection;
    throw new Error("This connection was lent by another driver.");
  }
}

class SessionConnection implements DatabaseConnection {
  readonly session: Session;
  /** A statement of the open transaction failed, so that its COMMIT would silently roll back. */
  #aborted = false;

  constructor(session: Session) {
    this.session = session;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>>;
  async executeQuery(query: CompiledQuery): Promise<QueryResult<unknown>> {
    const { rows, affected } = await this.run(query.sql, query.parameters, preparedNameOf(query));
    return { rows, numAffectedRows: BigInt(affected) };
  }

  // eslint-disable-next-line require-yield -- Kysely's interface asks for it; nobody here reads a table as a stream.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("Read in pages by a cursor instead of streaming.");
  }

  async run(sql: string, parameters: readonly unknown[] = [], preparedAs?: string) {
    try {
      return await this.session.run(sql, parameters.map(toParameter), preparedAs);
    } catch (error) {
      this.#aborted = true;
      throw withCallersStack(error);
    }
  }

  async begin(sql: string): Promise<void> {
    this.#aborted = false;
    await this.run(sql);
  }

  async commit(): Promise<void> {
    if (this.#aborted) {
      await this.rollback("rollback");
      throw new AbortedTransactionError();
    }
    await this.run("commit");
  }

  async rollback(sql: string): Promise<void> {
    await this.run(sql);
    this.#aborted = false;
  }
}

/** A database's error says where in the SQL; this adds where in our code. */
function withCallersStack(error: unknown): unknown {
  if (error instanceof pg.DatabaseError) error.stack = `${error.message}\n${new Error().stack?.split("\n").slice(2).join("\n")}`;
  return error;
}
