import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { Change } from "../change.ts";
import { type MemberRow, reachRoom, type RoomRow } from "./reach-room.ts";

/**
 * Reaches a room to change it: its row is held, and what is answered was read while holding it.
 * Who may not reach the room is refused before they can make anyone wait. @throws as `reachRoom`
 */
export async function reachLockedRoom(change: Change, actor: Actor, roomId: Id): Promise<{ room: RoomRow; member: MemberRow }> {
  await reachRoom(change.trx, actor, roomId);
  await change.lockRoom(roomId);
  return reachRoom(change.trx, actor, roomId);
}
