import type { Actor } from "@tertulia/model/actor";
import type { AddMember, Member, RoomRole } from "@tertulia/model/members";
import { Refusal } from "@tertulia/model/refusals";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { reachLockedRoom } from "../rooms/reach-locked-room.ts";
import { isSomeone } from "../users/is-someone.ts";
import { loadMember } from "./load-members.ts";
import { seat } from "./seat.ts";

/**
 * Brings a person or an assistant into a room; whoever is in it already stays as they are.
 * @throws ROOM_NOT_FOUND, PERMISSION_DENIED (also in a direct message or an assistant chat, whose people are fixed), NOT_FOUND {userId}
 */
export async function addMember(core: Core, actor: Actor, input: AddMember): Promise<Member> {
  return (await putMember(core, actor, input)).member;
}

/**
 * The same, in a role, and whether they weren't in it yet.
 * @throws PERMISSION_DENIED also of an ADMIN by whoever may not give roles; VALIDATION_FAILED {field: role} of an assistant as ADMIN
 */
export async function putMember(core: Core, actor: Actor, { roomId, userId, role = "MEMBER" }: AddMember & { role?: Exclude<RoomRole, "OWNER"> | undefined }): Promise<{ member: Member; isNew: boolean }> {
  return changeAs(core, actor, async (change) => {
    const { trx } = change;
    const { room, member } = await reachLockedRoom(change, actor, roomId);
    demand("add member", { globalRole: actor.role, roomRole: member.role });
    if (role !== "MEMBER") demand("set role", { globalRole: actor.role, roomRole: member.role });
    if (room.kind !== "room") throw new Refusal("PERMISSION_DENIED", { right: "add member" });
    const user = await trx.selectFrom("users").select("kind").where("id", "=", userId).where(isSomeone).executeTakeFirst();
    if (!user) throw new Refusal("NOT_FOUND", { userId });
    if (role !== "MEMBER" && user.kind !== "human") throw new Refusal("VALIDATION_FAILED", { field: "role", reason: "INVALID_VALUE" });
    const isNew = await seat(change, roomId, [{ userId, kind: user.kind, role }], actor.user.id);
    const added = await loadMember(trx, roomId, userId);
    if (!added) throw new Error("someone just added is no member");
    return { member: added, isNew };
  });
}
