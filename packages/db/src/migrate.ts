import type { Kysely } from "kysely";
import { Migrator, NO_MIGRATIONS } from "kysely/migration";
import { migrations } from "./migrations/all.ts";

/** Brings the schema to the newest. Several processes may ask at once: one does it, the others wait. Throws if a migration fails; then none of them happened. */
export async function migrateUp<Tables>(db: Kysely<Tables>): Promise<void> {
  const { error } = await migrator(db).migrateToLatest();
  if (error !== undefined) throw error;
}

/** Takes every migration back, and with it everything that was stored. */
export async function migrateDown<Tables>(db: Kysely<Tables>): Promise<void> {
  const { error } = await migrator(db).migrateTo(NO_MIGRATIONS);
  if (error !== undefined) throw error;
}

function migrator<Tables>(db: Kysely<Tables>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => migrations } });
}
