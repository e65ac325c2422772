import type { Actor } from "@tertulia/model/actor";
import { Refusal } from "@tertulia/model/refusals";
import type { RoomId } from "@tertulia/model/rooms";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { demandAnotherOwner } from "../members/demand-another-owner.ts";
import { unseat } from "../members/unseat.ts";
import { reachLockedRoom } from "./reach-locked-room.ts";

/**
 * Ends the actor's own membership; answers how many are left. The last one leaves an empty room behind.
 * @throws ROOM_NOT_FOUND; CONFLICT LAST_OWNER while other people are in it (protocol J5); PERMISSION_DENIED in a direct message, which is archived instead
 */
export async function leaveRoom(core: Core, actor: Actor, { roomId }: RoomId): Promise<{ memberCount: number }> {
  const memberCount = await changeAs(core, actor, async (change) => {
    const { room, member } = await reachLockedRoom(change, actor, roomId);
    if (room.kind === "dm") throw new Refusal("PERMISSION_DENIED", { right: "leave room" });
    if (member.role === "OWNER") await demandAnotherOwner(change.trx, roomId, actor.user.id);
    return unseat(change, roomId, actor.user.id, actor.user.id);
  });
  core.typing.stop(actor, roomId);
  return { memberCount: memberCount ?? 0 };
}
