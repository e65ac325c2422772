import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { type RawBuilder, sql } from "kysely";

/** SQL for someone's place in a room. */
export interface Place {
  roomId: RawBuilder<Id>;
  lastReadSeq: RawBuilder<number>;
}

/**
 * How many messages are unread for someone: those past their position, not theirs, not deleted, not in a thread.
 * Counted, never kept, so it can't drift; only up to 100, which is shown as 99+.
 */
export const countUnread = ({ roomId, lastReadSeq }: Place, userId: Id | RawBuilder<Id>): RawBuilder<number> => sql<number>`(
  select count(*) from (
    select from messages m
    where m.room_id = ${roomId} and m.unread_seq > ${lastReadSeq} and m.deleted_at is null
      and m.author_id <> ${userId} and m.thread_root_id is null
    limit ${limits.unreadShown}
  ) unread
)`;

/**
 * How many mention them, each once, by name or with everyone: in the room past their position there, in threads past their position in the thread.
 * So what is said to them in a thread waits until they look into the thread, however far they read the room. A deleted message has no mentions,
 * and isn't left out by name: the index of the unread would seem as good then as that of those that mention everyone, and has them all in it.
 */
export const countMentions = ({ roomId, lastReadSeq }: Place, userId: Id | RawBuilder<Id>): RawBuilder<number> => sql<number>`(
  select count(*) from (
    (
      select n.message_id from mentions n
      where n.user_id = ${userId} and n.room_id = ${roomId} and n.seq > ${lastReadSeq} and n.thread_root_id is null
      limit ${limits.unreadShown}
    ) union (
      select m.id from messages m
      where m.room_id = ${roomId} and m.mentions_room and m.unread_seq > ${lastReadSeq} and m.author_id <> ${userId}
      limit ${limits.unreadShown}
    ) union (
      select n.message_id from thread_members t
      join mentions n on n.user_id = t.user_id and n.room_id = t.room_id and n.thread_root_id = t.root_id and n.seq > t.last_read_seq
      where t.room_id = ${roomId} and t.user_id = ${userId} and t.mentioned_seq > t.last_read_seq
      limit ${limits.unreadShown}
    )
    limit ${limits.unreadShown}
  ) mentioned
)`;
