import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startTemporaryPostgres } from "../../../../scripts/temporary-postgres.mjs";

/** A database for one server: its URL, or the folder of an embedded one. */
export type DatabasePlace = { url: string } | { dataDir: string };

/** Where the databases of this run are: in a Postgres that waits for the disk, if there is one. */
export interface Databases extends AsyncDisposable {
  /** As the page tells it. */
  readonly name: string;
  readonly hasPostgres: boolean;
  /** A fresh one for our own server. */
  create(): Promise<DatabasePlace>;
  /** A fresh one for a baseline, which has nothing to store in without Postgres. */
  createUrl(): Promise<string | null>;
  /** How many transactions have ever written; null where no Postgres counts them. */
  writes(): Promise<number | null>;
}

/** Takes the Postgres at BENCH_DATABASE_URL, else starts one of its own, else makes do with the embedded database. */
export async function openDatabases(): Promise<Databases> {
  const given = process.env["BENCH_DATABASE_URL"];
  const started = given === undefined ? await startTemporaryPostgres({ fsync: "on" }) : undefined;
  const url = given ?? started?.url;
  const folder = await mkdtemp(join(tmpdir(), "tertulia-bench-"));
  const close = async () => {
    await started?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const createUrl = async () => (url === undefined ? null : createDatabase(url));
  return {
    name: url === undefined ? "the embedded database, in the server's own process, which doesn't wait for the disk" : await describePostgres(url),
    hasPostgres: url !== undefined,
    createUrl,
    create: async () => {
      const made = await createUrl();
      return made === null ? { dataDir: join(folder, randomUUID()) } : { url: made };
    },
    // Whoever writes takes the next number; who only reads takes none.
    writes: async () => (url === undefined ? null : Number(await ask(url, "select pg_snapshot_xmax(pg_current_snapshot())"))),
    [Symbol.asyncDispose]: close,
  };
}

async function createDatabase(server: string): Promise<string> {
  const name = `tertulia_bench_${randomUUID().replaceAll("-", "")}`;
  await ask(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = name;
  return url.href;
}

async function describePostgres(url: string): Promise<string> {
  const version = await ask(url, "show server_version");
  const fsync = await ask(url, "show fsync");
  const waits = await ask(url, "show synchronous_commit");
  return `Postgres ${version?.split(" ")[0]}, fsync ${fsync}, synchronous_commit ${waits}`;
}

/** The first column of the first row. */
async function ask(url: string, sql: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<string[]>({ text: sql, rowMode: "array" });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}
