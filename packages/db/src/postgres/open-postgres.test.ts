import { howMuch } from "@tertulia/testing/how-much";
import { layLine } from "@tertulia/testing/line";
import { measured } from "@tertulia/testing/measured";
import { type QueryExecutorProvider, sql } from "kysely";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { DatabaseUnavailable } from "../errors.ts";
import { migrations } from "../migrations/all.ts";
import { type Database, openDatabase } from "../open.ts";
import { createDatabase, openTestDatabase, silentLog, testDatabases } from "../testing/open-test-database.ts";

const SLOW_MACHINE_MS = 60_000;
const ANSWERS_WITHIN_MS = 6_000;

describe.skipIf(!testDatabases().includes("postgres"))("a Postgres database", () => {
  test("[A39] can be opened from empty by four nodes at once", { timeout: 10 * SLOW_MACHINE_MS }, async () => {
    const { rounds, nodes: count } = howMuch.startTogether;
    for (let round = 0; round < rounds; round++) {
      const { url, drop } = await createDatabase();
      const nodes = await Promise.all(Array.from({ length: count }, () => openDatabase({ url }, { log: silentLog })));
      for (const { db } of nodes) expect(await db.selectFrom("users").select("id").execute()).toEqual([]);
      await Promise.all(nodes.map((node) => node.close()));
      await drop();
    }
    measured("A39", `${rounds} times ${count} nodes from an empty database: failures 0`);
  });

  test("[A38] is migrated as soon as those who use it let it be", { timeout: SLOW_MACHINE_MS }, async () => {
    const { url, drop } = await createDatabase();
    const before = await openDatabase({ url }, { log: silentLog });
    await takeBackFrom("2026-11-20-p-revoked-sessions", before.db);
    await before.close();
    const user = new pg.Client({ connectionString: url });
    await user.connect();
    await user.query("begin; lock table user_sessions in row exclusive mode");
    const tried = Promise.withResolvers<void>();
    const opening = openDatabase({ url }, { log: { ...silentLog, warn: () => tried.resolve() } });
    await Promise.race([tried.promise, opening]);
    await user.query("commit");
    const { db, close } = await opening;
    expect(await sql`select 1 from pg_indexes where indexname = 'user_sessions_revoked'`.execute(db)).toMatchObject({ rows: [{}] });
    await close();
    await user.end();
    await drop();
  });

  test("[A7] goes on by itself after the server cut every connection, even in the middle of a transaction", { timeout: SLOW_MACHINE_MS }, async () => {
    const { url, drop } = await createDatabase();
    const { db, ready, close } = await openDatabase({ url }, { log: silentLog });
    await Promise.all([one(db), one(db), one(db)]);
    const cut = db.transaction().execute(async (trx) => {
      await cutConnections(url);
      await one(trx);
    });
    await expect(cut).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect.poll(() => one(db).catch(() => null)).toBe(1);
    expect(await ready()).toBe(true);
    await close();
    await drop();
  });

  test("[A8] that stops answering refuses everyone within six seconds, and serves again once it answers", { timeout: SLOW_MACHINE_MS }, async () => {
    const { url, drop } = await createDatabase();
    await using line = await layLine(url);
    const { db, ready, close } = await openDatabase({ url: line.url }, { log: silentLog });
    expect(await one(db)).toBe(1);
    const [said, hold] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const inTransaction = db.transaction().execute(async (trx) => {
      await one(trx);
      said.resolve();
      await hold.promise;
      await one(trx);
    });
    await said.promise;
    line.silence();
    hold.resolve();
    const asked = performance.now();
    const isReady = ready();
    const calls = [inTransaction, ...Array.from({ length: 30 }, () => one(db))];
    for (const outcome of await Promise.allSettled(calls)) expect(outcome).toMatchObject({ status: "rejected", reason: { name: "DatabaseUnavailable" } });
    expect(performance.now() - asked).toBeLessThan(ANSWERS_WITHIN_MS + 500);
    expect(await isReady).toBe(false);
    line.speak();
    await expect.poll(() => one(db).catch(() => null), { timeout: 3_000 }).toBe(1);
    await close();
    await drop();
  });

  test("that isn't there is reported as unavailable", { timeout: SLOW_MACHINE_MS }, async () => {
    const { url, drop } = await createDatabase();
    await drop();
    await expect(openDatabase({ url }, { log: silentLog })).rejects.toBeInstanceOf(DatabaseUnavailable);
    const nobodyListens = new URL(url);
    nobodyListens.port = "1";
    await expect(openDatabase({ url: nobodyListens.href }, { log: silentLog })).rejects.toBeInstanceOf(DatabaseUnavailable);
  });

  test("gives up a statement after five seconds", { timeout: SLOW_MACHINE_MS }, async () => {
    await using database = await openTestDatabase("postgres");
    await expect(sql`select pg_sleep(30)`.execute(database.db)).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await one(database.db)).toBe(1);
  });
});

async function one(db: QueryExecutorProvider): Promise<number | undefined> {
  const { rows } = await sql<{ one: number }>`select 1 as one`.execute(db);
  return rows[0]?.one;
}

async function cutConnections(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
  await client.end();
}

/** Takes this migration back and all that came after it. */
async function takeBackFrom(first: string, db: Database["db"]): Promise<void> {
  for (const name of Object.keys(migrations).toSorted().toReversed()) if (name >= first) await migrations[name]?.down?.(db);
  await sql`delete from kysely_migration where name >= ${first}`.execute(db);
}
