import type { Actor } from "@tertulia/model/actor";
import type { InboxEntry, RoomId } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { loadMyEntry } from "../inbox/load-inbox-entries.ts";
import { reachRoom } from "./reach-room.ts";

/** A room as it stands in the actor's list, archived or not. @throws ROOM_NOT_FOUND, PERMISSION_DENIED */
export async function getEntry(core: Core, actor: Actor, { roomId }: RoomId): Promise<InboxEntry> {
  await reachRoom(core.db, actor, roomId);
  return loadMyEntry(core.db, actor.user.id, roomId);
}
