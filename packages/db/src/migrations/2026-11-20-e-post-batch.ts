import { type Kysely, sql } from "kysely";

/**
 * Posts many messages in one transaction and answers one outcome per post (design §3):
 * `fresh` it is stored now, `known` it was before, `conflict` the same client_id with other content,
 * `stale` the caller's facts about the room are old, `busy` the room is locked (only when not waiting), `gone` no such room.
 *
 * VOLATILE, so each statement sees what was committed before it: the rooms are locked first, in id order, and only then
 * is each post classified. One CTE statement can't do this, since its snapshot is older than the lock it waits for.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function post_batch(batch jsonb, waits boolean)
    returns table (ix integer, outcome text, message_id uuid, seq bigint, posted_at timestamptz)
    language plpgsql volatile as $$
    #variable_conflict use_column
    declare
      wanted uuid[] := array(select distinct (p ->> 'room_id')::uuid from jsonb_array_elements(batch) p);
      locked uuid[];
      moment timestamptz;
      head bigint;
      room record;
      post record;
      known record;
    begin
      if waits then
        locked := array(select r.id from rooms r where r.id = any (wanted) order by r.id for no key update);
      else
        locked := array(select r.id from rooms r where r.id = any (wanted) order by r.id for no key update skip locked);
      end if;

      return query
        select (p ->> 'ix')::integer, case when r.id is null then 'gone' else 'busy' end, null::uuid, null::bigint, null::timestamptz
        from jsonb_array_elements(batch) p left join rooms r on r.id = (p ->> 'room_id')::uuid
        where (p ->> 'room_id')::uuid <> all (locked);

      moment := date_trunc('milliseconds', clock_timestamp());
      for room in select r.id, r.head_seq, r.access_version from rooms r where r.id = any (locked) order by r.id loop
        head := room.head_seq;
        for post in
          select * from jsonb_to_recordset(batch) as p(
            ix integer, room_id uuid, author_id uuid, client_id text, client_hash text, message_id uuid, role text, type text,
            content text, metadata jsonb, reply_to_id uuid, access_version bigint, mentions uuid[], runs jsonb)
          where p.room_id = room.id order by p.ix
        loop
          select m.id, m.seq, m.client_hash, m.created_at into known
            from messages m where m.room_id = room.id and m.author_id = post.author_id and m.client_id = post.client_id;
          if found then
            return query select post.ix, case when known.client_hash = post.client_hash then 'known' else 'conflict' end, known.id, known.seq, known.created_at;
            continue;
          end if;
          if room.access_version <> post.access_version then
            return query select post.ix, 'stale', null::uuid, null::bigint, null::timestamptz;
            continue;
          end if;

          head := head + 1;
          insert into messages (id, room_id, seq, unread_seq, author_id, role, type, content, metadata, reply_to_id, client_id, client_hash, created_at, updated_at)
            values (post.message_id, room.id, head, head, post.author_id, post.role, post.type, post.content, post.metadata, post.reply_to_id,
                    post.client_id, post.client_hash, moment, moment);
          insert into room_events (room_id, seq, kind, actor_id, subject_id, at)
            values (room.id, head, 'message.posted', post.author_id, post.message_id, moment);
          if cardinality(post.mentions) > 0 then
            insert into mentions (message_id, user_id, room_id, seq) select post.message_id, u, room.id, head from unnest(post.mentions) u;
          end if;
          if jsonb_array_length(post.runs) > 0 then
            insert into assistant_runs (id, room_id, assistant_id, asked_by, trigger_message_id)
              select r.id, room.id, r.assistant_id, post.author_id, post.message_id from jsonb_to_recordset(post.runs) as r(id uuid, assistant_id uuid);
          end if;
          return query select post.ix, 'fresh', post.message_id, head, moment;
        end loop;
        if head > room.head_seq then
          update rooms set head_seq = head, last_message_at = moment where id = room.id;
        end if;
      end loop;
    end $$`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function post_batch(jsonb, boolean)`.execute(db);
}
