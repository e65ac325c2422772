import type { Tables } from "@tertulia/db/schema";
import type { RoomMembersTable } from "@tertulia/db/tables/room-members";
import type { RoomsTable } from "@tertulia/db/tables/rooms";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import type { Kysely, Selectable } from "kysely";

export type RoomRow = Selectable<RoomsTable>;
export type MemberRow = Selectable<RoomMembersTable>;

/**
 * The only way to a room: through a member of it.
 * @throws ROOM_NOT_FOUND of a missing, deleted or private room (they can't be told apart); PERMISSION_DENIED of a public one (protocol J3, M8)
 */
export async function reachRoom(db: Kysely<Tables>, actor: Actor, roomId: Id): Promise<{ room: RoomRow; member: MemberRow }> {
  const room = await db.selectFrom("rooms").selectAll().where("id", "=", roomId).where("deleted_at", "is", null).executeTakeFirst();
  if (!room) throw new Refusal("ROOM_NOT_FOUND", { roomId });
  const member = await db.selectFrom("room_members").selectAll().where("room_id", "=", roomId).where("user_id", "=", actor.user.id).executeTakeFirst();
  if (member) return { room, member };
  throw room.is_private || room.kind !== "room" ? new Refusal("ROOM_NOT_FOUND", { roomId }) : new Refusal("PERMISSION_DENIED", { roomId });
}
