import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table users (
      id uuid primary key,
      kind text not null check (kind in ('human', 'assistant', 'system')),
      email text unique,
      username text not null,
      username_key text not null unique,
      display_name text not null,
      avatar_url text,
      role text not null default 'USER' check (role in ('USER', 'MODERATOR', 'ADMIN')),
      password_hash text,
      locale text not null default 'en',
      last_active_at timestamptz,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`
    create table assistants (
      user_id uuid primary key references users on delete cascade,
      description text not null default '',
      instructions text not null default '',
      model text not null default '',
      mode text not null default 'mention' check (mode in ('off', 'mention', 'always'))
    )`.execute(db);
  await sql`
    create table user_sessions (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      token_hash text not null unique,
      kind text not null check (kind in ('web', 'api')),
      name text,
      user_agent text,
      ip_address text,
      created_at timestamptz not null default now(),
      last_used_at timestamptz not null default now(),
      expires_at timestamptz not null,
      revoked_at timestamptz
    )`.execute(db);
  await sql`create index user_sessions_by_user on user_sessions (user_id) where revoked_at is null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table user_sessions, assistants, users`.execute(db);
}
