import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { ThreadPosition } from "@tertulia/model/reads";
import { type Kysely, sql } from "kysely";

/** How far someone has read a thread, and what is left. In one they are not in, nothing is. */
export async function loadThreadPosition(db: Kysely<Tables>, rootId: Id, userId: Id): Promise<ThreadPosition> {
  const unread = sql<number>`(
    select count(*) from (
      select from messages m
      where m.thread_root_id = ${rootId} and m.seq > t.last_read_seq and m.deleted_at is null and m.author_id <> ${userId} and m.status <> 'streaming'
      limit ${limits.unreadShown}
    ) unread
  )`;
  const row = await db
    .selectFrom("thread_members as t")
    .select(["t.last_read_seq as lastReadSeq", unread.as("unread")])
    .where("t.root_id", "=", rootId)
    .where("t.user_id", "=", userId)
    .executeTakeFirst();
  return { rootId, unread: row?.unread ?? 0, lastReadSeq: row?.lastReadSeq ?? 0 };
}
