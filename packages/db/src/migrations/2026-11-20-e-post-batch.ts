import { type Kysely, sql } from "kysely";

/**
 * Posts many messages in one transaction and answers one outcome per post (docs/decisions/0007):
 * `fresh` it is stored now, `known` it was before, `conflict` the same client_id with other content,
 * `stale` the caller's facts about the room are old, `busy` the room is locked (only when not waiting), `gone` no such room.
 *
 * VOLATILE, so each of its two statements sees what was committed before it: the rooms are locked first, in id order, and only then
 * is each post judged and stored. One statement for both can't do this, since its snapshot is older than the lock it waits for.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function post_batch(batch jsonb, waits boolean)
    returns table (ix integer, outcome text, message_id uuid, seq bigint, posted_at timestamptz)
    language plpgsql volatile
    -- Planning this anew costs more than running it. The one plan may be made while the tables are nearly empty and must serve when they are large.
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    as $$
    #variable_conflict use_column
    declare
      wanted uuid[] := array(select distinct (p ->> 'room_id')::uuid from jsonb_array_elements(batch) p);
      locked uuid[];
      moment timestamptz;
    begin
      if waits then
        locked := array(select r.id from rooms r where r.id = any (wanted) order by r.id for no key update);
      else
        locked := array(select r.id from rooms r where r.id = any (wanted) order by r.id for no key update skip locked);
      end if;
      moment := date_trunc('milliseconds', clock_timestamp());

      return query
        with posts as materialized (
          select * from jsonb_to_recordset(batch) as p(
            ix integer, room_id uuid, author_id uuid, client_id text, client_hash text, message_id uuid, role text, type text,
            content text, metadata jsonb, reply_to_id uuid, access_version bigint, mentions uuid[], runs jsonb)
        ),
        judged as materialized (
          select p.*, r.head_seq, stored.id as stored_id, stored.seq as stored_seq, stored.created_at as stored_at,
            case
              when r.id is null then 'gone'
              when r.id <> all (locked) then 'busy'
              when stored.client_hash = p.client_hash then 'known'
              when stored.id is not null then 'conflict'
              when r.access_version is distinct from p.access_version then 'stale'
              else 'fresh'
            end as verdict
          from posts p
          left join rooms r on r.id = p.room_id
          left join lateral (
            select m.id, m.seq, m.client_hash, m.created_at from messages m
            where m.room_id = p.room_id and m.author_id = p.author_id and m.client_id = p.client_id limit 1
          ) stored on true
        ),
        -- What comes twice in one batch is stored once.
        fresh as materialized (
          select once.*, once.head_seq + row_number() over (partition by once.room_id order by once.ix) as seq
          from (
            select distinct on (room_id, author_id, client_id) * from judged
            where verdict = 'fresh' order by room_id, author_id, client_id, ix
          ) once
        ),
        stored_messages as (
          insert into messages (id, room_id, seq, unread_seq, author_id, role, type, content, metadata, reply_to_id, client_id, client_hash, created_at, updated_at)
          select message_id, room_id, seq, seq, author_id, role, type, content, metadata, reply_to_id, client_id, client_hash, moment, moment from fresh
        ),
        stored_events as (
          insert into room_events (room_id, seq, kind, actor_id, subject_id, at)
          select room_id, seq, 'message.posted', author_id, message_id, moment from fresh
        ),
        stored_mentions as (
          insert into mentions (message_id, user_id, room_id, seq)
          select f.message_id, mentioned, f.room_id, f.seq from fresh f, unnest(f.mentions) mentioned
        ),
        queued_runs as (
          insert into assistant_runs (id, room_id, assistant_id, asked_by, trigger_message_id)
          select run.id, f.room_id, run.assistant_id, f.author_id, f.message_id
          from fresh f, jsonb_to_recordset(f.runs) as run(id uuid, assistant_id uuid)
        ),
        raised_heads as (
          update rooms r set head_seq = newest.seq, last_message_at = moment
          from (select room_id, max(seq) as seq from fresh group by room_id) newest where r.id = newest.room_id
        )
        select j.ix,
          case when f.ix is null then j.verdict when f.ix = j.ix then 'fresh' when f.client_hash = j.client_hash then 'known' else 'conflict' end,
          coalesce(f.message_id, j.stored_id), coalesce(f.seq, j.stored_seq), case when f.ix is null then j.stored_at else moment end
        from judged j
        left join fresh f on f.room_id = j.room_id and f.author_id = j.author_id and f.client_id = j.client_id and f.ix <= j.ix;
    end $$`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function post_batch(jsonb, boolean)`.execute(db);
}
