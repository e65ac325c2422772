import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { MyPosition } from "@tertulia/model/reads";
import { type Kysely, sql } from "kysely";
import { countMentions, countUnread } from "./count-unread.ts";

const place = { roomId: sql.ref<Id>("room_members.room_id"), lastReadSeq: sql.ref<number>("room_members.last_read_seq") };

/** What is unread for a member; null for anyone else. One statement, so that the counts are those at headSeq. */
export async function loadPosition(db: Kysely<Tables>, roomId: Id, userId: Id): Promise<MyPosition | null> {
  const row = await db
    .selectFrom("room_members")
    .innerJoin("rooms", "rooms.id", "room_members.room_id")
    .select(["room_members.last_read_seq as lastReadSeq", "rooms.head_seq as headSeq"])
    .select([countUnread(place, userId).as("unread"), countMentions(place, userId).as("mentions")])
    .where("room_members.room_id", "=", roomId)
    .where("room_members.user_id", "=", userId)
    .executeTakeFirst();
  return row ? { roomId, ...row } : null;
}
