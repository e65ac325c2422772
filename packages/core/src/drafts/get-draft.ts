import type { Actor } from "@tertulia/model/actor";
import type { Draft } from "@tertulia/model/drafts";
import type { RoomId } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { reachRoom } from "../rooms/reach-room.ts";

/** What the actor has begun to write in a room. @throws ROOM_NOT_FOUND, PERMISSION_DENIED */
export async function getDraft(core: Core, actor: Actor, { roomId }: RoomId): Promise<Draft> {
  await reachRoom(core.db, actor, roomId);
  const row = await core.db.selectFrom("drafts").selectAll().where("user_id", "=", actor.user.id).where("room_id", "=", roomId).executeTakeFirst();
  return { roomId, content: row?.content ?? "", updatedAt: row?.updated_at.toISOString() ?? null };
}
