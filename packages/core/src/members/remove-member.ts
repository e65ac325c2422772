import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { RemoveMember } from "@tertulia/model/members";
import { Refusal } from "@tertulia/model/refusals";
import { type Change, changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { leaveRoom } from "../rooms/leave-room.ts";
import { reachLockedRoom } from "../rooms/reach-locked-room.ts";
import { loadMember } from "./load-members.ts";
import { unseat } from "./unseat.ts";

/** Puts someone out of the room, and ends the invites they made; oneself leaves it. @throws ROOM_NOT_FOUND, PERMISSION_DENIED, NOT_FOUND {userId}, CONFLICT LAST_OWNER */
export async function removeMember(core: Core, actor: Actor, { roomId, userId }: RemoveMember): Promise<void> {
  if (userId === actor.user.id) return void (await leaveRoom(core, actor, { roomId }));
  const { user } = await changeAs(core, actor, async (change) => {
    const { member } = await reachLockedRoom(change, actor, roomId);
    demand("remove member", { globalRole: actor.role, roomRole: member.role });
    const removed = await loadMember(change.trx, roomId, userId);
    if (!removed) throw new Refusal("NOT_FOUND", { userId });
    demand("remove member", { globalRole: actor.role, roomRole: member.role, targetRole: removed.role });
    await unseat(change, roomId, userId, actor.user.id);
    await revokeInvitesOf(change, roomId, userId);
    return removed;
  });
  core.typing.stop({ user }, roomId);
}

/** By one of them they would be back at once. */
async function revokeInvitesOf({ trx, at }: Change, roomId: Id, userId: Id): Promise<void> {
  await trx.updateTable("invites").set({ revoked_at: at }).where("room_id", "=", roomId).where("created_by", "=", userId).where("revoked_at", "is", null).execute();
}
