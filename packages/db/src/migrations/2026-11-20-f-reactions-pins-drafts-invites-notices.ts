import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table reactions (
      message_id uuid not null references messages on delete cascade,
      emoji text not null,
      user_id uuid not null references users on delete cascade,
      seq bigint not null,
      primary key (message_id, emoji, user_id)
    )`.execute(db);
  await sql`
    create table pins (
      message_id uuid primary key references messages on delete cascade,
      room_id uuid not null references rooms on delete cascade,
      pinned_by uuid not null references users,
      seq bigint not null,
      pinned_at timestamptz not null
    )`.execute(db);
  await sql`create index pins_of_room on pins (room_id, seq desc)`.execute(db);
  await sql`
    create table drafts (
      user_id uuid not null references users on delete cascade,
      room_id uuid not null references rooms on delete cascade,
      content text not null,
      updated_at timestamptz not null,
      primary key (user_id, room_id)
    )`.execute(db);
  await sql`
    create table invites (
      id uuid primary key,
      room_id uuid not null references rooms on delete cascade,
      code_hash text not null unique,
      created_by uuid not null references users,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      max_uses integer check (max_uses > 0),
      uses integer not null default 0,
      revoked_at timestamptz
    )`.execute(db);
  await sql`create index invites_of_room on invites (room_id, created_at desc) where revoked_at is null`.execute(db);
  await sql`
    create table notices (
      id uuid primary key,
      text text not null,
      severity text not null check (severity in ('info', 'warning', 'critical')),
      announced_by uuid not null references users,
      announced_at timestamptz not null,
      scheduled_at timestamptz,
      duration_minutes integer,
      in_force_until timestamptz not null
    )`.execute(db);
  await sql`create index notices_in_force on notices (in_force_until)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table notices, invites, drafts, pins, reactions`.execute(db);
}
