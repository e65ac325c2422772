import type { Actor } from "@tertulia/model/actor";
import type { RoomId } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { reachRoom } from "../rooms/reach-room.ts";

/**
 * Says that the actor is writing in the room; it fades after 6 s of silence (protocol T1, T2).
 * @throws ROOM_NOT_FOUND, PERMISSION_DENIED: who may not post need not be seen typing
 */
export async function startTyping(core: Core, actor: Actor, { roomId }: RoomId): Promise<void> {
  // Asked of the database each time: kept facts may be older than a removal, and typing has no batch that would find them stale.
  const { room, member } = await reachRoom(core.db, actor, roomId);
  demand("post message", { globalRole: actor.role, roomRole: member.role, settings: room.settings });
  core.typing.start(actor, roomId);
}
