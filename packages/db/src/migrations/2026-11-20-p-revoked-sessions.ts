import { type Kysely, sql } from "kysely";

/** Nodes that can't hear each other look every two seconds for sessions that were revoked lately. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index user_sessions_revoked on user_sessions (revoked_at) where revoked_at is not null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index user_sessions_revoked`.execute(db);
}
