import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table rooms (
      id uuid primary key,
      kind text not null check (kind in ('room', 'dm', 'assistant')),
      dm_key text unique,
      title text not null default '',
      description text not null default '',
      is_private boolean not null default false,
      password_hash text,
      settings jsonb not null,
      head_seq bigint not null default 0,
      access_version bigint not null default 0,
      member_count integer not null default 0,
      last_message_at timestamptz,
      created_by uuid not null references users,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz
    )`.execute(db);
  await sql`create index rooms_to_browse on rooms (created_at desc, id) where kind = 'room' and not is_private and deleted_at is null`.execute(db);
  await sql`
    create table room_members (
      room_id uuid not null references rooms on delete cascade,
      user_id uuid not null references users on delete cascade,
      role text not null default 'MEMBER' check (role in ('OWNER', 'ADMIN', 'MEMBER')),
      joined_at timestamptz not null default now(),
      last_read_seq bigint not null default 0,
      last_read_at timestamptz,
      archived_at timestamptz,
      primary key (room_id, user_id)
    )`.execute(db);
  await sql`create index room_members_by_user on room_members (user_id)`.execute(db);
  await sql`
    create table room_events (
      room_id uuid not null references rooms on delete cascade,
      seq bigint not null,
      kind text not null,
      actor_id uuid not null references users,
      subject_id uuid,
      data jsonb not null default '{}',
      at timestamptz not null,
      primary key (room_id, seq)
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table room_events, room_members, rooms`.execute(db);
}
