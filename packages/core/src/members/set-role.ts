import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { Member, RoomRole, SetRole } from "@tertulia/model/members";
import { Refusal } from "@tertulia/model/refusals";
import { type Change, changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { reachLockedRoom } from "../rooms/reach-locked-room.ts";
import { demandOwnerBeside } from "./demand-another-owner.ts";
import { loadMember } from "./load-members.ts";

/**
 * Gives a member another role; only people own or administer. Whoever makes another the OWNER hands the room over, and becomes ADMIN in the same change.
 * @throws ROOM_NOT_FOUND, PERMISSION_DENIED, NOT_FOUND {userId}, CONFLICT LAST_OWNER, VALIDATION_FAILED of an assistant
 */
export async function setRole(core: Core, actor: Actor, { roomId, userId, role }: SetRole): Promise<Member> {
  return changeAs(core, actor, async (change) => {
    const { trx } = change;
    const { member } = await reachLockedRoom(change, actor, roomId);
    demand("set role", { globalRole: actor.role, roomRole: member.role });
    const target = await loadMember(trx, roomId, userId);
    if (!target) throw new Refusal("NOT_FOUND", { userId });
    if (target.role === role) return target;
    if (target.user.kind !== "human") throw new Refusal("VALIDATION_FAILED", { field: "role", reason: "INVALID_VALUE" });
    if (target.role === "OWNER") await demandOwnerBeside(trx, roomId, userId);
    await write(change, actor, roomId, userId, role);
    if (role === "OWNER") await write(change, actor, roomId, actor.user.id, "ADMIN");
    await change.revokeOldFacts(roomId);
    return { ...target, role };
  });
}

async function write(change: Change, actor: Actor, roomId: Id, userId: Id, role: RoomRole): Promise<void> {
  await change.trx.updateTable("room_members").set({ role }).where("room_id", "=", roomId).where("user_id", "=", userId).execute();
  await change.append(roomId, { kind: "member.changed", actorId: actor.user.id, subjectId: userId, data: { role } });
}
