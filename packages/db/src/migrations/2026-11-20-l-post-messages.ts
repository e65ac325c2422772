import { type Kysely, sql } from "kysely";

/**
 * Posts many messages in one transaction and answers one outcome per post, in the order of the posts (docs/decisions/0007):
 * `fresh` it is stored now, `known` it was before, `conflict` the same client_id with other content, `stale` the caller's facts about the
 * room are old, `rootless` the thread it replies in has no root in this room any more, `busy` the room is locked (only when not waiting),
 * `gone` no such room.
 *
 * The posts come as columns, one array each. `rooms` are theirs, each once and in order of id, and `room_of` says which of them each post is for,
 * from 1. No two posts of a batch have the same room, author and client_id: that is the caller's to see to. Whom a post mentions and which
 * assistants it asks stand aside, with the post's place (`mentioned_in`, `asked_in`).
 *
 * VOLATILE, so each statement sees what was committed before it: the rooms are locked first, in order of id, and only then is each post judged
 * and stored. One statement for all can't do this, since its snapshot is older than the lock it waits for. What most posts don't need
 * isn't even started: a lone post is to cost little more than its insert (docs/decisions/0007).
 *
 * It stands beside `post_batch`, which knows no threads: a server that was started before this migration goes on calling that one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The log is only ever written under the lock of its room, by someone whom another row names: a check of both for every event cost a post a fifth.
  await sql`alter table room_events drop constraint room_events_room_id_fkey, drop constraint room_events_actor_id_fkey`.execute(db);
  // With room on its page, a row that is updated with every post needs no new index entries.
  await sql`alter table rooms set (fillfactor = 50)`.execute(db);
  await sql`
    create function post_messages(
      rooms uuid[], room_of integer[], room_ids uuid[], author_ids uuid[], client_ids text[], client_hashes text[], message_ids uuid[],
      types text[], contents text[], metadatas jsonb[], reply_to_ids uuid[], thread_root_ids uuid[], mentions_room boolean[], access_versions bigint[],
      mentioned_in integer[], mentioned uuid[], asked_in integer[], run_ids uuid[], asked uuid[], waits boolean,
      -- Seqs and messages stand where the outcome is fresh, known or conflict; thread_counts, with this reply among them, where a fresh one is in a thread.
      out posted_at timestamptz, out outcomes text[], out seqs bigint[], out thread_counts integer[], out known_ids uuid[], out known_at timestamptz[]
    )
    language plpgsql volatile
    -- Planning anew costs more than running. A plan may be made while the tables are nearly empty and must serve when they are large.
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    as $$
    #variable_conflict use_column
    declare
      posts integer := cardinality(room_ids);
      heads bigint[];
      versions bigint[];
      kinds text[];
      busy uuid[];
      -- Whether something was said in the room outside of its threads.
      spoken boolean[];
      fresh_seqs bigint[];
      some_fresh boolean := false;
      noticed integer[];
      room record;
      stored record;
      root record;
      at_room integer;
    begin
      -- Most posts come alone to a quiet room: those few statements then, and nothing of what follows, which does the same for many and for all cases.
      if posts = 1 and not waits and thread_root_ids[1] is null and reply_to_ids[1] is null and not mentions_room[1] and mentioned = '{}' and asked = '{}' then
        select r.head_seq + 1 as seq, date_trunc('milliseconds', clock_timestamp()) as now into room
        from rooms r where r.id = rooms[1] and r.access_version = access_versions[1] and r.kind <> 'dm' for no key update skip locked;
        if found and not exists (select from messages m where m.room_id = rooms[1] and m.author_id = author_ids[1] and m.client_id = client_ids[1]) then
          insert into messages (id, room_id, seq, unread_seq, author_id, role, type, content, metadata, client_id, client_hash, created_at, updated_at)
          values (message_ids[1], rooms[1], room.seq, room.seq, author_ids[1], 'user', types[1], contents[1], metadatas[1], client_ids[1], client_hashes[1], room.now, room.now);
          insert into room_events (room_id, seq, kind, actor_id, subject_id, at) values (rooms[1], room.seq, 'message.posted', author_ids[1], message_ids[1], room.now);
          update rooms r set head_seq = room.seq, last_message_at = room.now where r.id = rooms[1];
          posted_at := room.now;
          outcomes := array['fresh'];
          seqs := array[room.seq];
          return;
        end if;
      end if;

      heads := array_fill(null::bigint, array[cardinality(rooms)]);
      versions := heads;
      kinds := heads::text[];
      spoken := heads::text[]::boolean[];
      fresh_seqs := array_fill(null::bigint, array[posts]);
      if waits then
        for room in
          select wanted.at, r.head_seq, r.access_version, r.kind from unnest(rooms) with ordinality wanted(id, at)
          cross join lateral (select * from rooms r where r.id = wanted.id for no key update) r
        loop
          heads[room.at] := room.head_seq; versions[room.at] := room.access_version; kinds[room.at] := room.kind;
        end loop;
      else
        for room in
          select wanted.at, r.head_seq, r.access_version, r.kind from unnest(rooms) with ordinality wanted(id, at)
          cross join lateral (select * from rooms r where r.id = wanted.id for no key update skip locked) r
        loop
          heads[room.at] := room.head_seq; versions[room.at] := room.access_version; kinds[room.at] := room.kind;
        end loop;
        if array_position(heads, null) is not null then
          busy := array(select r.id from rooms r where r.id = any (rooms));
        end if;
      end if;
      posted_at := date_trunc('milliseconds', clock_timestamp());
      outcomes := fresh_seqs::text[];

      for stored in
        select p.ix, m.id, m.seq, m.client_hash, m.created_at
        from unnest(room_ids, author_ids, client_ids) with ordinality p(room_id, author_id, client_id, ix)
        -- Row by row with a limit: a join could be planned as a walk over the whole table.
        cross join lateral (select * from messages m where m.room_id = p.room_id and m.author_id = p.author_id and m.client_id = p.client_id limit 1) m
      loop
        if known_ids is null then
          seqs := fresh_seqs; known_ids := fresh_seqs::text[]::uuid[]; known_at := fresh_seqs::text[]::timestamptz[];
        end if;
        outcomes[stored.ix] := case when stored.client_hash = client_hashes[stored.ix] then 'known' else 'conflict' end;
        seqs[stored.ix] := stored.seq; known_ids[stored.ix] := stored.id; known_at[stored.ix] := stored.created_at;
      end loop;

      for i in 1 .. posts loop
        at_room := room_of[i];
        if heads[at_room] is null then
          outcomes[i] := case when room_ids[i] = any (busy) then 'busy' else 'gone' end;
          continue;
        elsif outcomes[i] is not null then
          continue;
        elsif versions[at_room] <> access_versions[i] then
          outcomes[i] := 'stale';
          continue;
        end if;
        if thread_root_ids[i] is not null then
          update messages m set thread_count = m.thread_count + 1
          where m.id = thread_root_ids[i] and m.room_id = room_ids[i] and m.deleted_at is null and m.thread_root_id is null and m.variant_of is null
          returning m.author_id, m.thread_count as replies into root;
          if not found then
            outcomes[i] := 'rootless';
            continue;
          end if;
          if thread_counts is null then thread_counts := fresh_seqs::integer[]; end if;
          thread_counts[i] := root.replies;
        else
          spoken[at_room] := true;
        end if;

        heads[at_room] := heads[at_room] + 1;
        fresh_seqs[i] := heads[at_room];
        outcomes[i] := 'fresh';
        some_fresh := true;
        if mentions_room[i] or reply_to_ids[i] is not null or thread_root_ids[i] is not null or kinds[at_room] = 'dm' or i = any (mentioned_in) then
          noticed := noticed || i;
        end if;
        -- Who speaks in a thread, is spoken to in it or began it is in it, as long as they are in the room.
        if thread_root_ids[i] is not null then
          insert into thread_members as already (root_id, user_id, room_id, last_read_seq, mentioned_seq)
          select thread_root_ids[i], who.user_id, room_ids[i], max(who.read_to), max(who.mentioned_seq)
          from (
            select author_ids[i] as user_id, fresh_seqs[i] as read_to, 0 as mentioned_seq
            union all select root.author_id, fresh_seqs[i] - 1, 0
            union all select m.user_id, fresh_seqs[i] - 1, fresh_seqs[i] from unnest(mentioned_in, mentioned) m(ix, user_id) where m.ix = i
          ) who
          cross join lateral (select from room_members rm where rm.room_id = room_ids[i] and rm.user_id = who.user_id limit 1) seated
          group by who.user_id
          on conflict (root_id, user_id) do update set mentioned_seq = excluded.mentioned_seq where excluded.mentioned_seq > already.mentioned_seq;
        end if;
      end loop;
      if not some_fresh then return; end if;

      insert into messages (id, room_id, seq, unread_seq, author_id, role, type, content, metadata, reply_to_id, thread_root_id,
        client_id, client_hash, mentions_room, created_at, updated_at)
      -- A reply in a thread is not unread in the room.
      select p.id, p.room_id, p.seq, case when p.thread_root_id is null then p.seq end, p.author_id, 'user', p.type, p.content, p.metadata, p.reply_to_id, p.thread_root_id,
        p.client_id, p.client_hash, p.mentions_room, posted_at, posted_at
      from unnest(message_ids, room_ids, fresh_seqs, author_ids, types, contents, metadatas, reply_to_ids, thread_root_ids, client_ids, client_hashes, mentions_room)
        as p(id, room_id, seq, author_id, type, content, metadata, reply_to_id, thread_root_id, client_id, client_hash, mentions_room)
      where p.seq is not null;

      insert into room_events (room_id, seq, kind, actor_id, subject_id, at)
      select p.room_id, p.seq, 'message.posted', p.author_id, p.id, posted_at
      from unnest(room_ids, fresh_seqs, author_ids, message_ids) as p(room_id, seq, author_id, id) where p.seq is not null;

      update rooms r set head_seq = raised.head, last_message_at = case when raised.spoken then posted_at else r.last_message_at end
      from unnest(rooms, heads, spoken) as raised(id, head, spoken)
      where r.id = any (rooms) and r.id = raised.id and r.head_seq < raised.head;

      if cardinality(mentioned_in) > 0 then
        insert into mentions (message_id, user_id, room_id, seq, thread_root_id)
        select message_ids[m.ix], m.user_id, room_ids[m.ix], fresh_seqs[m.ix], thread_root_ids[m.ix]
        from unnest(mentioned_in, mentioned) m(ix, user_id) where fresh_seqs[m.ix] is not null;
      end if;
      if cardinality(asked_in) > 0 then
        insert into assistant_runs (id, room_id, assistant_id, asked_by, trigger_message_id)
        select a.run_id, room_ids[a.ix], a.assistant_id, author_ids[a.ix], message_ids[a.ix]
        from unnest(asked_in, run_ids, asked) a(ix, run_id, assistant_id) where fresh_seqs[a.ix] is not null;
      end if;
      if noticed is not null then
        -- What may have to be notified of, for whoever drains it.
        insert into notice_outbox (room_id, message_id, seq, at) select room_ids[i], message_ids[i], fresh_seqs[i], posted_at from unnest(noticed) i;
        -- If nobody drains it, a row goes once it is a day old and nobody wants to be notified any more: each that comes takes two that are due with it.
        delete from notice_outbox where id in (
          select o.id from notice_outbox o join (select id from notice_outbox order by id limit 2 * cardinality(noticed)) oldest on oldest.id = o.id
          where o.at < posted_at - interval '1 day' for update of o skip locked);
      end if;

      if known_ids is null then
        seqs := fresh_seqs;
      else
        for i in 1 .. posts loop seqs[i] := coalesce(seqs[i], fresh_seqs[i]); end loop;
      end if;
    end $$`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function post_messages`.execute(db);
  await sql`alter table rooms reset (fillfactor)`.execute(db);
  await sql`
    alter table room_events add constraint room_events_room_id_fkey foreign key (room_id) references rooms on delete cascade,
    add constraint room_events_actor_id_fkey foreign key (actor_id) references users`.execute(db);
}
