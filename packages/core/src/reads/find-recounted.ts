import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { Kysely } from "kysely";

/** For whom, among these members, the count of what is unread changes with these messages: those who have not read past one that isn't theirs, in the room or in its thread. */
export async function findRecounted(db: Kysely<Tables>, roomId: Id, userIds: Id[], messageIds: Id[]): Promise<Id[]> {
  if (userIds.length === 0 || messageIds.length === 0) return [];
  const rows = await db
    .selectFrom("room_members as member")
    .innerJoin("messages as m", "m.room_id", "member.room_id")
    .leftJoin("thread_members as reader", (join) => join.onRef("reader.root_id", "=", "m.thread_root_id").onRef("reader.user_id", "=", "member.user_id"))
    .select("member.user_id")
    .distinct()
    .where("member.room_id", "=", roomId)
    .where("member.user_id", "in", userIds)
    .where("m.id", "in", messageIds)
    .whereRef("m.author_id", "<>", "member.user_id")
    .where(({ or, and, eb }) =>
      or([
        and([eb("m.thread_root_id", "is", null), eb("m.unread_seq", ">", eb.ref("member.last_read_seq"))]),
        eb("m.seq", ">", eb.ref("reader.last_read_seq")),
      ]),
    )
    .execute();
  return rows.map(({ user_id }) => user_id);
}
