import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { MyPosition } from "@tertulia/model/reads";
import { type Kysely, sql } from "kysely";
import { countMentions, countUnread } from "./count-unread.ts";

const place = { roomId: sql.ref<Id>("room_members.room_id"), lastReadSeq: sql.ref<number>("room_members.last_read_seq") };
const reader = sql.ref<Id>("room_members.user_id");

/** What is unread for a member; null for anyone else. */
export async function loadPosition(db: Kysely<Tables>, roomId: Id, userId: Id): Promise<MyPosition | null> {
  return (await loadPositions(db, roomId, [userId])).get(userId) ?? null;
}

/** What is unread for each of these members, by their id. One statement, so that all counts are those at one headSeq. */
export async function loadPositions(db: Kysely<Tables>, roomId: Id, userIds: Id[]): Promise<Map<Id, MyPosition>> {
  const rows = await db
    .selectFrom("room_members")
    .innerJoin("rooms", "rooms.id", "room_members.room_id")
    .select(["room_members.user_id", "room_members.last_read_seq as lastReadSeq", "rooms.head_seq as headSeq"])
    .select([countUnread(place, reader).as("unread"), countMentions(place, reader).as("mentions")])
    .where("room_members.room_id", "=", roomId)
    .where("room_members.user_id", "in", userIds)
    .execute();
  return new Map(rows.map(({ user_id: userId, ...counts }) => [userId, { roomId, ...counts }]));
}
