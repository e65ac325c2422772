import type { Actor } from "@tertulia/model/actor";
import type { RoomId } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { reachRoom } from "../rooms/reach-room.ts";

/** Says that the actor ceased writing. @throws ROOM_NOT_FOUND, PERMISSION_DENIED */
export async function stopTyping(core: Core, actor: Actor, { roomId }: RoomId): Promise<void> {
  await reachRoom(core.db, actor, roomId);
  core.typing.stop(actor, roomId);
}
