import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "@tertulia/model/ports/log";
import { PostgresAdapter, sql } from "kysely";
import { alwaysWritable } from "../embedded/free-space.ts";
import { kyselyOver } from "../kysely-over-sessions.ts";
import { migrateUp } from "../migrate.ts";
import type { Database } from "../open.ts";
import type { Tables } from "../schema.ts";
import { PostgresSessions, everydayPool, migrationPool } from "./postgres-sessions.ts";

const READY_WITHIN_MS = 2_000;

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
    await migrateUp(kyselyOver<unknown>(sessions, new PostgresAdapter()));
  } finally {
    await sessions.close();
  }
}
