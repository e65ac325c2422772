import { type Kysely, sql } from "kysely";

/**
 * Posts many messages in one transaction and answers one outcome per post (design §3):
 * `fresh` it is stored now, `known` it was before, `conflict` the same client_id with other content, `stale` the caller's facts about the
 * room are old, `rootless` the thread it replies in has no root in this room any more, `busy` the room is locked (only when not waiting),
 * `gone` no such room. `thread_count` is the number of replies in its thread, this one among them.
 *
 * VOLATILE, so each of its two statements sees what was committed before it: the rooms are locked first, in id order, and only then
 * is each post judged and stored. One statement for both can't do this, since its snapshot is older than the lock it waits for.
 *
 * It stands beside `post_batch`, which knows no threads: a server that was started before this migration goes on calling that one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function post_messages(batch jsonb, waits boolean)
    returns table (ix integer, outcome text, message_id uuid, seq bigint, posted_at timestamptz, thread_count bigint)
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
            ix integer, room_id uuid, author_id uuid, client_id text, client_hash text, message_id uuid, role text, type text, content text, metadata jsonb,
            reply_to_id uuid, thread_root_id uuid, access_version bigint, mentions_room boolean, mentions uuid[], runs jsonb)
        ),
        judged as materialized (
          select p.*, r.head_seq, r.kind as room_kind, root.author_id as root_author_id, root.thread_count as root_count,
            stored.id as stored_id, stored.seq as stored_seq, stored.created_at as stored_at,
            case
              when r.id is null then 'gone'
              when r.id <> all (locked) then 'busy'
              when stored.client_hash = p.client_hash then 'known'
              when stored.id is not null then 'conflict'
              when r.access_version is distinct from p.access_version then 'stale'
              when p.thread_root_id is not null and root.id is null then 'rootless'
              else 'fresh'
            end as verdict
          from posts p
          -- Lateral with a limit, all of them: a join could be planned as a walk over the whole table.
          left join lateral (select r.id, r.head_seq, r.kind, r.access_version from rooms r where r.id = p.room_id limit 1) r on true
          left join lateral (
            select m.id, m.seq, m.client_hash, m.created_at from messages m
            where m.room_id = p.room_id and m.author_id = p.author_id and m.client_id = p.client_id limit 1
          ) stored on true
          left join lateral (
            select m.id, m.author_id, m.thread_count from messages m
            where m.id = p.thread_root_id and m.room_id = p.room_id and m.deleted_at is null and m.thread_root_id is null and m.variant_of is null limit 1
          ) root on true
        ),
        -- What comes twice in one batch is stored once.
        fresh as materialized (
          select once.*,
            once.head_seq + row_number() over (partition by once.room_id order by once.ix) as seq,
            once.root_count + row_number() over (partition by once.thread_root_id order by once.ix) as count_then
          from (
            select distinct on (room_id, author_id, client_id) * from judged
            where verdict = 'fresh' order by room_id, author_id, client_id, ix
          ) once
        ),
        stored_messages as (
          insert into messages (id, room_id, seq, unread_seq, author_id, role, type, content, metadata, reply_to_id, thread_root_id,
            client_id, client_hash, mentions_room, created_at, updated_at)
          -- A reply in a thread is not unread in the room.
          select message_id, room_id, seq, case when thread_root_id is null then seq end, author_id, role, type, content, metadata, reply_to_id, thread_root_id,
            client_id, client_hash, mentions_room, moment, moment
          from fresh
        ),
        stored_events as (
          insert into room_events (room_id, seq, kind, actor_id, subject_id, at)
          select room_id, seq, 'message.posted', author_id, message_id, moment from fresh
        ),
        stored_mentions as (
          insert into mentions (message_id, user_id, room_id, seq, thread_root_id)
          select f.message_id, mentioned, f.room_id, f.seq, f.thread_root_id from fresh f, unnest(f.mentions) mentioned
        ),
        counted_replies as (
          update messages root set thread_count = newest.count
          from (select thread_root_id, max(count_then) as count from fresh where thread_root_id is not null group by thread_root_id) newest
          where root.id = newest.thread_root_id
        ),
        -- Who speaks in a thread, is spoken to in it or began it is in it, as long as they are in the room; the first of these counts.
        joined_threads as (
          insert into thread_members as already (root_id, user_id, room_id, last_read_seq, mentioned_seq)
          select f.thread_root_id, who.user_id, f.room_id, (array_agg(who.read_to order by f.seq, who.read_to desc))[1], max(who.mentioned_seq)
          from fresh f
          cross join lateral (
            select f.author_id as user_id, f.seq as read_to, 0 as mentioned_seq
            union all select f.root_author_id, f.seq - 1, 0
            union all select mentioned, f.seq - 1, f.seq from unnest(f.mentions) mentioned
          ) who
          cross join lateral (select from room_members rm where rm.room_id = f.room_id and rm.user_id = who.user_id limit 1) seated
          where f.thread_root_id is not null
          group by f.thread_root_id, who.user_id, f.room_id
          on conflict (root_id, user_id) do update set mentioned_seq = excluded.mentioned_seq where excluded.mentioned_seq > already.mentioned_seq
        ),
        queued_runs as (
          insert into assistant_runs (id, room_id, assistant_id, asked_by, trigger_message_id)
          select run.id, f.room_id, run.assistant_id, f.author_id, f.message_id
          from fresh f, jsonb_to_recordset(f.runs) as run(id uuid, assistant_id uuid)
        ),
        -- What may have to be notified of, for whoever drains it.
        noticed as (
          insert into notice_outbox (room_id, message_id, seq, at)
          select room_id, message_id, seq, moment from fresh
          where mentions_room or cardinality(mentions) > 0 or reply_to_id is not null or thread_root_id is not null or room_kind = 'dm'
          returning id
        ),
        -- If nobody drains it, a row goes once it is a day old and nobody wants to be notified any more: each that comes takes two that are due with it.
        forgotten as (
          delete from notice_outbox where id in (
            select o.id from notice_outbox o
            join (select id from notice_outbox order by id limit (select 2 * count(*) from noticed)) oldest on oldest.id = o.id
            where o.at < moment - interval '1 day' for update of o skip locked)
        ),
        raised_heads as (
          update rooms r set head_seq = newest.seq, last_message_at = case when newest.in_room then moment else r.last_message_at end
          from (select room_id, max(seq) as seq, bool_or(thread_root_id is null) as in_room from fresh group by room_id) newest where r.id = newest.room_id
        )
        select j.ix,
          case when f.ix is null then j.verdict when f.ix = j.ix then 'fresh' when f.client_hash = j.client_hash then 'known' else 'conflict' end,
          coalesce(f.message_id, j.stored_id), coalesce(f.seq, j.stored_seq), case when f.ix is null then j.stored_at else moment end, f.count_then
        from judged j
        left join fresh f on f.room_id = j.room_id and f.author_id = j.author_id and f.client_id = j.client_id and f.ix <= j.ix
        order by j.ix;
    end $$`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function post_messages(jsonb, boolean)`.execute(db);
}
