import { type Kysely, sql } from "kysely";

/**
 * An answer that is written anew has several runs, and shows one's words. `messages.variant_of` stays, though nothing writes it:
 * `post_messages` names it, also on nodes of the version before.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table messages add column variants uuid[] not null default '{}'`.execute(db);
  await sql`alter table assistant_runs add column shown boolean not null default true`.execute(db);
  await sql`create unique index assistant_runs_shown on assistant_runs (message_id) where shown`.execute(db);
  await sql`drop index assistant_runs_by_message`.execute(db);
  await sql`create index assistant_runs_by_message on assistant_runs (message_id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from assistant_runs where not shown`.execute(db);
  await sql`drop index assistant_runs_by_message`.execute(db);
  await sql`create unique index assistant_runs_by_message on assistant_runs (message_id)`.execute(db);
  await sql`alter table assistant_runs drop column shown`.execute(db);
  await sql`alter table messages drop column variants`.execute(db);
}
