import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table messages add column thread_count integer not null default 0, add column mentions_room boolean not null default false`.execute(db);
  await sql`create index messages_in_thread on messages (thread_root_id, seq) where thread_root_id is not null`.execute(db);
  await sql`create index messages_mentioning_room on messages (room_id, unread_seq) where mentions_room`.execute(db);
  await sql`alter table mentions add column thread_root_id uuid`.execute(db);
  // Whoever leaves the room leaves its threads, so that what was said before they came back counts as read there too.
  await sql`
    create table thread_members (
      root_id uuid not null references messages on delete cascade,
      user_id uuid not null,
      room_id uuid not null,
      last_read_seq bigint not null,
      mentioned_seq bigint not null default 0,
      primary key (root_id, user_id),
      foreign key (room_id, user_id) references room_members on delete cascade
    )`.execute(db);
  await sql`create index thread_members_by_member on thread_members (room_id, user_id)`.execute(db);
  // However many threads someone has been in, those that wait for them with a mention are found at once.
  await sql`create index thread_members_mentioned on thread_members (room_id, user_id) where mentioned_seq > last_read_seq`.execute(db);
  // References nothing: what it names may be gone by the time it is drained, and a check per row would cost the hot path.
  await sql`
    create table notice_outbox (
      id bigint generated always as identity primary key,
      room_id uuid not null,
      message_id uuid not null,
      seq bigint not null,
      at timestamptz not null
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table notice_outbox, thread_members`.execute(db);
  await sql`alter table mentions drop column thread_root_id`.execute(db);
  await sql`alter table messages drop column thread_count, drop column mentions_room`.execute(db);
}
