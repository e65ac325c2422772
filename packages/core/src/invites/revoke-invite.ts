import type { Actor } from "@tertulia/model/actor";
import type { RevokeInvite } from "@tertulia/model/invites";
import { Refusal } from "@tertulia/model/refusals";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { reachLockedRoom } from "../rooms/reach-locked-room.ts";

/** Ends an invite: from the answer on its code lets nobody in. Again is the same. @throws NOT_FOUND {id}, also of another room's; PERMISSION_DENIED */
export async function revokeInvite(core: Core, actor: Actor, { id }: RevokeInvite): Promise<void> {
  await changeAs(core, actor, async (change) => {
    const { trx, at } = change;
    const invite = await trx.selectFrom("invites").select(["room_id", "created_by"]).where("id", "=", id).executeTakeFirst();
    if (!invite) throw new Refusal("NOT_FOUND", { id });
    const { member, room } = await reachLockedRoom(change, actor, invite.room_id).catch((error: unknown) => {
      throw error instanceof Refusal ? new Refusal("NOT_FOUND", { id }) : error;
    });
    demand("revoke invite", { globalRole: actor.role, roomRole: member.role, roomKind: room.kind, own: invite.created_by === actor.user.id });
    await trx.updateTable("invites").set({ revoked_at: at }).where("id", "=", id).where("revoked_at", "is", null).execute();
  });
}
