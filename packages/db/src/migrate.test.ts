import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { migrateDown, migrateUp } from "./migrate.ts";
import type { Database } from "./open.ts";
import { openTestDatabase, testDatabases } from "./testing/open-test-database.ts";

describe.each(testDatabases())("migrations on the %s database", (kind) => {
  test("up, down and up again give the same schema", async () => {
    await using database = await openTestDatabase(kind);
    const fresh = await schemaOf(database);
    await migrateDown(database.db);
    expect(await schemaOf(database)).toEqual({ columns: [], constraints: [], indexes: [], functions: [] });
    await migrateUp(database.db);
    expect(await schemaOf(database)).toEqual(fresh);
    expect(fresh.columns).toContainEqual(expect.objectContaining({ table_name: "rooms", column_name: "head_seq" }));
    expect(fresh.functions).toContainEqual(expect.objectContaining({ name: "post_batch" }));
  });

  test("[A38] a schema that a newer version has brought further is taken as it is", async () => {
    await using database = await openTestDatabase(kind);
    await sql`insert into kysely_migration (name, timestamp) values ('2999-01-01-a-from-the-future', now()::text)`.execute(database.db);
    await migrateUp(database.db);
    expect(await database.db.selectFrom("rooms").select("id").execute()).toEqual([]);
  });

  test("a schema with a migration that never was one of ours is refused", async () => {
    await using database = await openTestDatabase(kind);
    await sql`insert into kysely_migration (name, timestamp) values ('2026-11-20-aa-a-strangers', now()::text)`.execute(database.db);
    await expect(migrateUp(database.db)).rejects.toThrow("2026-11-20-aa-a-strangers");
  });

  test("asking again for the newest changes nothing", async () => {
    await using database = await openTestDatabase(kind);
    const fresh = await schemaOf(database);
    await migrateUp(database.db);
    expect(await schemaOf(database)).toEqual(fresh);
  });
});

/** Everything of ours that the catalogue knows; the migrator's own tables aside. */
async function schemaOf({ db }: Database) {
  const { rows: columns } = await sql`
    select table_name, column_name, data_type, is_nullable, column_default, ordinal_position from information_schema.columns
    where table_schema = 'public' and table_name not like 'kysely%' order by table_name, ordinal_position`.execute(db);
  const { rows: constraints } = await sql`
    select conrelid::regclass::text as on_table, conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
    where connamespace = 'public'::regnamespace and conrelid::regclass::text not like 'kysely%' order by 1, 2`.execute(db);
  const { rows: indexes } = await sql`select indexdef as definition from pg_indexes where schemaname = 'public' and tablename not like 'kysely%' order by indexname`.execute(db);
  const { rows: functions } = await sql`select proname as name, pg_get_functiondef(oid) as definition from pg_proc where pronamespace = 'public'::regnamespace order by 1`.execute(db);
  return { columns, constraints, indexes, functions };
}
