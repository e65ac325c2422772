import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table messages (
      id uuid primary key,
      room_id uuid not null references rooms on delete cascade,
      seq bigint not null,
      unread_seq bigint,
      author_id uuid not null references users,
      role text not null check (role in ('user', 'assistant', 'system')),
      type text not null,
      content text not null,
      metadata jsonb not null default '{}',
      reply_to_id uuid references messages,
      thread_root_id uuid references messages,
      variant_of uuid references messages,
      client_id text,
      client_hash text,
      status text not null default 'sent',
      off_record boolean not null default false,
      edited_at timestamptz,
      deleted_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      unique (room_id, seq),
      unique (room_id, author_id, client_id)
    )`.execute(db);
  await sql`create index messages_unread on messages (room_id, unread_seq) where deleted_at is null`.execute(db);
  await sql`
    create table mentions (
      message_id uuid not null references messages on delete cascade,
      user_id uuid not null references users on delete cascade,
      room_id uuid not null references rooms on delete cascade,
      seq bigint not null,
      primary key (message_id, user_id)
    )`.execute(db);
  await sql`create index mentions_of_user on mentions (user_id, room_id, seq)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table mentions, messages`.execute(db);
}
