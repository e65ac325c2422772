import type { Actor } from "@tertulia/model/actor";
import type { RoomId } from "@tertulia/model/rooms";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { setArchived } from "./set-archived.ts";

/** Puts a room out of the actor's list, for them alone. @throws ROOM_NOT_FOUND, PERMISSION_DENIED */
export async function archiveRoom(core: Core, actor: Actor, { roomId }: RoomId): Promise<void> {
  await changeAs(core, actor, (change) => setArchived(change, actor, roomId, true));
}
