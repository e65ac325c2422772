import type { Actor } from "@tertulia/model/actor";
import type { ReadPosition } from "@tertulia/model/reads";
import type { RoomId } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { reachRoom } from "../rooms/reach-room.ts";
import { loadReads } from "./load-reads.ts";

/** How far each person has read, in a room of up to 200 members; in larger ones nobody's position is told. @throws ROOM_NOT_FOUND, PERMISSION_DENIED */
export async function listReads(core: Core, actor: Actor, { roomId }: RoomId): Promise<ReadPosition[]> {
  await reachRoom(core.db, actor, roomId);
  return loadReads(core.db, roomId);
}
