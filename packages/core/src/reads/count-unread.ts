import type { Id } from "@tertulia/model/ids";
import { limits } from "@tertulia/model/limits";
import { type RawBuilder, sql } from "kysely";

/** SQL for someone's place in a room. */
export interface Place {
  roomId: RawBuilder<Id>;
  lastReadSeq: RawBuilder<number>;
}

/**
 * How many messages are unread for someone: those past their position, not theirs, not deleted, not in a thread (design §4).
 * Counted, never kept, so it can't drift; only up to 100, which is shown as 99+.
 */
export const countUnread = ({ roomId, lastReadSeq }: Place, userId: Id | RawBuilder<Id>): RawBuilder<number> => sql<number>`(
  select count(*) from (
    select from messages m
    where m.room_id = ${roomId} and m.unread_seq > ${lastReadSeq} and m.deleted_at is null
      and m.author_id <> ${userId} and m.thread_root_id is null and m.variant_of is null
    limit ${limits.unreadShown}
  ) unread
)`;

/** How many of those mention them. A deleted message has no mentions. */
export const countMentions = ({ roomId, lastReadSeq }: Place, userId: Id | RawBuilder<Id>): RawBuilder<number> => sql<number>`(
  select count(*) from (
    select from mentions
    where mentions.user_id = ${userId} and mentions.room_id = ${roomId} and mentions.seq > ${lastReadSeq}
    limit ${limits.unreadShown}
  ) mentioned
)`;
