import { type Kysely, sql } from "kysely";

/** What an edited message said before, for whoever has to judge it later. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table message_revisions (
    message_id uuid not null references messages (id) on delete cascade,
    content text not null,
    written_at timestamptz not null,
    replaced_at timestamptz not null
  )`.execute(db);
  await sql`create index message_revisions_by_message on message_revisions (message_id, replaced_at)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table message_revisions`.execute(db);
}
