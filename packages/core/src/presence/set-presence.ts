import type { Actor } from "@tertulia/model/actor";
import type { SetPresence } from "@tertulia/model/presence";
import type { Core } from "../core.ts";
import { reachRoom } from "../rooms/reach-room.ts";

/**
 * Says of the connection it came by that its person is online or away, and which room is on their screen.
 * Presence belongs to connections: a plain HTTP request is none that lasts, and changes nothing.
 * @throws ROOM_NOT_FOUND, PERMISSION_DENIED of a room the actor isn't in
 */
export async function setPresence(core: Core, actor: Actor, { status, currentRoomId }: SetPresence, connectionId: string): Promise<void> {
  if (currentRoomId !== undefined) await reachRoom(core.db, actor, currentRoomId);
  await core.presence.set(connectionId, { status, currentRoomId: currentRoomId ?? null });
}
