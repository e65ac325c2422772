import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { ReadPosition } from "@tertulia/model/reads";
import type { Kysely } from "kysely";

/** How far each person in a room has read, if it has up to 200 members; in larger ones nobody's position is told. */
export async function loadReads(db: Kysely<Tables>, roomId: Id): Promise<ReadPosition[]> {
  const rows = await db
    .selectFrom("room_members")
    .innerJoin("rooms", "rooms.id", "room_members.room_id")
    .innerJoin("users", "users.id", "room_members.user_id")
    .select(["users.id", "room_members.last_read_seq", "room_members.last_read_at"])
    .where("room_members.room_id", "=", roomId)
    .where("rooms.member_count", "<=", limits.readsToldUpToMembers)
    .where("users.kind", "=", "human")
    .limit(limits.readsToldUpToMembers)
    .execute();
  return rows.map(({ id, last_read_seq: seq, last_read_at: at }) => ({ userId: id, seq, at: at?.toISOString() ?? null }));
}
