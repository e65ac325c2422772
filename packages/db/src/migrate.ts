import { type Kysely, sql } from "kysely";
import { type Migration, Migrator, NO_MIGRATIONS } from "kysely/migration";
import { migrations } from "./migrations/all.ts";

/**
 * Brings the schema to the newest. Several processes may ask at once: one does it, the others wait. Throws if a migration fails; then none of them happened.
 * A schema that a newer version has brought further is left as it is: migrations are additive, so that nodes can be replaced one after the other.
 */
export async function migrateUp<Tables>(db: Kysely<Tables>): Promise<void> {
  for (let newer = await doneByNewer(db); ; ) {
    const { error } = await migrator(db, newer).migrateToLatest();
    if (error === undefined) return;
    // A newer version may have come first just now.
    const newerNow = await doneByNewer(db);
    if (newerNow.length === newer.length) throw error;
    newer = newerNow;
  }
}

/** Takes every migration back, and with it everything that was stored. */
export async function migrateDown<Tables>(db: Kysely<Tables>): Promise<void> {
  const { error } = await migrator(db, []).migrateTo(NO_MIGRATIONS);
  if (error !== undefined) throw error;
}

function migrator<Tables>(db: Kysely<Tables>, newer: string[]): Migrator {
  const known = { ...migrations, ...Object.fromEntries(newer.map((name) => [name, doneElsewhere])) };
  return new Migrator({ db, provider: { getMigrations: async () => known } });
}

const doneElsewhere: Migration = { up: async () => {} };

/** Those that were done here and that this version doesn't know, named after all that it knows. Any other stranger is a schema that isn't ours. */
async function doneByNewer<Tables>(db: Kysely<Tables>): Promise<string[]> {
  const newest = Object.keys(migrations).toSorted().at(-1) ?? "";
  const { rows: tables } = await sql<{ exists: boolean }>`select to_regclass('kysely_migration') is not null as exists`.execute(db);
  if (!tables[0]?.exists) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration where name collate "C" > ${newest} order by name`.execute(db);
  return rows.map(({ name }) => name);
}
