import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table assistant_runs (
      id uuid primary key,
      room_id uuid not null references rooms on delete cascade,
      assistant_id uuid not null references users,
      asked_by uuid not null references users,
      trigger_message_id uuid not null references messages on delete cascade,
      attempt integer not null default 1,
      message_id uuid references messages on delete set null,
      status text not null default 'queued' check (status in ('queued', 'running', 'completed', 'stopped', 'failed', 'interrupted')),
      model text not null default '',
      text text not null default '',
      code text,
      retryable boolean not null default false,
      stopped_by uuid references users,
      lease_holder text,
      lease_until timestamptz,
      input_tokens integer,
      output_tokens integer,
      queued_at timestamptz not null default now(),
      started_at timestamptz,
      ended_at timestamptz,
      unique (trigger_message_id, assistant_id, attempt)
    )`.execute(db);
  await sql`create index assistant_runs_open on assistant_runs (room_id, queued_at) where status in ('queued', 'running')`.execute(db);
  await sql`create unique index assistant_runs_by_message on assistant_runs (message_id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table assistant_runs`.execute(db);
}
