import type { Log } from "@tertulia/model/ports/log";
import type { Kysely } from "kysely";
import { openInFolder } from "./embedded/open-embedded.ts";
import type { WriteGuard } from "./embedded/free-space.ts";
import { openPostgres } from "./postgres/open-postgres.ts";
import type { Tables } from "./schema.ts";
import type { SessionsInUse } from "./session.ts";

/** An open, migrated database. */
export interface Database extends AsyncDisposable {
  readonly kind: "embedded" | "postgres";
  readonly db: Kysely<Tables>;
  /** Asked before every write of people's data, so that it is refused before the disk is full. */
  readonly guard: WriteGuard;
  /** Whether it answers now. */
  ready(): Promise<boolean>;
  /** How much its connections have to do. */
  use(): SessionsInUse;
  close(): Promise<void>;
}

/**
 * Opens the embedded database in a folder, or a Postgres by its URL, and brings its schema to the newest.
 * Throws DataFolderLocked if another process has the folder, DatabaseUnavailable if the Postgres doesn't answer.
 */
export function openDatabase(where: { dataDir: string } | { url: string }, { log }: { log: Log }): Promise<Database> {
  return "url" in where ? openPostgres(where.url, log) : openInFolder(where.dataDir, log);
}
