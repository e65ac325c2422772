import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "@tertulia/model/ports/log";
import { type Kysely, PostgresAdapter, sql } from "kysely";
import pg from "pg";
import { alwaysWritable } from "../embedded/free-space.ts";
import { kyselyOver } from "../kysely-over-sessions.ts";
import { migrateUp } from "../migrate.ts";
import type { Database } from "../open.ts";
import type { Tables } from "../schema.ts";
import { PostgresSessions, everydayPool, migrationPool } from "./postgres-sessions.ts";

const READY_WITHIN_MS = 2_000;
const MIGRATES_WITHIN_MS = 60_000;
const TRIED_AGAIN_WITHIN_MS = 1_000;
const LOCK_NOT_AVAILABLE = "55P03";
const DEADLOCK_DETECTED = "40P01";

export async function openPostgres(url: string, log: Log): Promise<Database> {
  await migratePostgres(url, log);
  const sessions = new PostgresSessions(url, everydayPool, log);
  const db = kyselyOver<Tables>(sessions, new PostgresAdapter());
  const close = () => sessions.close();
  const answers = () => sql`select 1`.execute(db).then(() => true, () => false);
  const ready = () => Promise.race([answers(), delay(READY_WITHIN_MS, false, { ref: false })]);
  return { kind: "postgres", db, guard: alwaysWritable, ready, use: () => sessions.use(), close, [Symbol.asyncDispose]: close };
}

async function migratePostgres(url: string, log: Log): Promise<void> {
  const sessions = new PostgresSessions(url, migrationPool, log);
  try {
    await migrateWhenItCan(kyselyOver<unknown>(sessions, new PostgresAdapter()), log);
  } finally {
    await sessions.close();
  }
}

/** Older nodes use what a migration changes: it waits for them for two seconds only, since others wait behind it, then lets go and tries again. */
async function migrateWhenItCan(db: Kysely<unknown>, log: Log): Promise<void> {
  const giveUpAt = performance.now() + MIGRATES_WITHIN_MS;
  for (;;) {
    try {
      return await migrateUp(db);
    } catch (error) {
      if (!isInUse(error) || performance.now() > giveUpAt) throw error;
      log.warn({ err: error }, "The schema can't be changed while it is in use; this is tried again.");
      await delay(Math.random() * TRIED_AGAIN_WITHIN_MS);
    }
  }
}

const isInUse = (error: unknown) => error instanceof pg.DatabaseError && (error.code === LOCK_NOT_AVAILABLE || error.code === DEADLOCK_DETECTED);
