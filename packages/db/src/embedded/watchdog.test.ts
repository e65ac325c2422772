import { type QueryExecutorProvider, sql } from "kysely";
import { describe, expect, test } from "vitest";
import { DatabaseUnavailable } from "../errors.ts";
import { silentLog } from "../testing/open-test-database.ts";
import { everydayPatience } from "./embedded-sessions.ts";
import { FreeSpace } from "./free-space.ts";
import { openEmbedded } from "./open-embedded.ts";
import { keepTemplate } from "./template.ts";

const FOR_EVER = sql`select count(*) from generate_series(1, 100000000000)`;
const SLOW_MACHINE_MS = 60_000;

describe("a stuck embedded database", () => {
  test("is restarted, and what waited behind the stuck statement is answered", { timeout: SLOW_MACHINE_MS }, async () => {
    await using database = await openImpatiently();
    const stuck = FOR_EVER.execute(database.db);
    const waiting = one(database.db);
    await expect(stuck).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await database.ready()).toBe(false);
    expect(await waiting).toBe(1);
    expect(await database.ready()).toBe(true);
  });

  test("is restarted when a transaction is left open, which then can't go on", { timeout: SLOW_MACHINE_MS }, async () => {
    await using database = await openImpatiently();
    const forgotten = Promise.withResolvers<void>();
    const late = database.db.transaction().execute(async (trx) => {
      await one(trx);
      await forgotten.promise;
      await one(trx);
    });
    expect(await one(database.db)).toBe(1);
    forgotten.resolve();
    await expect(late).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await one(database.db)).toBe(1);
  });

  test("doesn't let anyone wait for ever", { timeout: SLOW_MACHINE_MS }, async () => {
    await using database = await openImpatiently();
    database.sessions.patience = { statementMs: 60_000, sessionMs: 60_000, queueMs: 200 };
    const held = Promise.withResolvers<void>();
    const holding = database.db.transaction().execute(() => held.promise);
    await expect(one(database.db)).rejects.toBeInstanceOf(DatabaseUnavailable);
    held.resolve();
    await holding;
    expect(await one(database.db)).toBe(1);
  });

  test("is restarted when Postgres crashed inside and only pretends to answer", { timeout: SLOW_MACHINE_MS }, async () => {
    await using database = await openImpatiently();
    database.sessions.patience = everydayPatience;
    await sql`create function without_end(n integer) returns integer language plpgsql as 'begin return without_end(n + 1); end'`.execute(database.db);
    await expect(sql`select without_end(1)`.execute(database.db)).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await one(database.db)).toBe(1);
  });

  test("can be closed while it is being opened again", { timeout: SLOW_MACHINE_MS }, async () => {
    const database = await openImpatiently();
    const waiting = FOR_EVER.execute(database.db);
    database.sessions.restart("for this test");
    await expect(waiting).rejects.toBeInstanceOf(DatabaseUnavailable);
    await database.close();
    expect(await database.ready()).toBe(false);
    await expect(one(database.db)).rejects.toBeInstanceOf(DatabaseUnavailable);
  });
});

test("[A6] the event loop stays alive while a thousand rows are inserted", { timeout: SLOW_MACHINE_MS }, async () => {
  await using database = await openImpatiently();
  const { db } = database;
  database.sessions.patience = { statementMs: 60_000, sessionMs: 60_000, queueMs: 60_000 };
  await sql`create table numbers (n integer)`.execute(db);
  let turns = 0;
  let inserting = true;
  const turn = () => {
    turns++;
    if (inserting) setImmediate(turn);
  };
  turn();
  // One statement of many rows: the same thread would answer nothing else until it is done.
  await sql`insert into numbers select n from generate_series(1, 500000) n`.execute(db);
  const duringOneStatement = turns;
  await Promise.all(Array.from({ length: 1_000 }, (_, n) => sql`insert into numbers values (${n})`.execute(db)));
  inserting = false;
  expect(duringOneStatement).toBeGreaterThan(50);
  expect(turns).toBeGreaterThan(duringOneStatement + 500);
});

async function openImpatiently() {
  const database = await openEmbedded({ folder: null, template: await keepTemplate() }, new FreeSpace(() => Infinity), silentLog);
  database.sessions.patience = { statementMs: 300, sessionMs: 600, queueMs: 30_000 };
  return database;
}

async function one(db: QueryExecutorProvider): Promise<number | undefined> {
  const { rows } = await sql<{ one: number }>`select 1 as one`.execute(db);
  return rows[0]?.one;
}
