import type { Actor } from "@tertulia/model/actor";
import type { Room, RoomId } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { reachRoom } from "./reach-room.ts";
import { toRoom } from "./to-room.ts";

/** @throws ROOM_NOT_FOUND, PERMISSION_DENIED */
export async function getRoom(core: Core, actor: Actor, { roomId }: RoomId): Promise<Room> {
  const { room } = await reachRoom(core.db, actor, roomId);
  return toRoom(room);
}
