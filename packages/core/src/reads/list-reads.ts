import type { Actor } from "@tertulia/model/actor";
import { limits } from "@tertulia/model/limits";
import type { ReadPosition } from "@tertulia/model/reads";
import type { RoomId } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { reachRoom } from "../rooms/reach-room.ts";

/** How far each person has read, in a room of up to 200 members; in larger ones nobody's position is told. @throws ROOM_NOT_FOUND, PERMISSION_DENIED */
export async function listReads(core: Core, actor: Actor, { roomId }: RoomId): Promise<ReadPosition[]> {
  const { room } = await reachRoom(core.db, actor, roomId);
  if (room.member_count > limits.readsToldUpToMembers) return [];
  const rows = await core.db
    .selectFrom("room_members")
    .innerJoin("users", "users.id", "room_members.user_id")
    .select(["users.id", "room_members.last_read_seq", "room_members.last_read_at"])
    .where("room_members.room_id", "=", roomId)
    .where("users.kind", "=", "human")
    .limit(limits.readsToldUpToMembers)
    .execute();
  return rows.map(({ id, last_read_seq: seq, last_read_at: at }) => ({ userId: id, seq, at: at?.toISOString() ?? null }));
}
