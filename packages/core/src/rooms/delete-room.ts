import type { Actor } from "@tertulia/model/actor";
import type { RoomId } from "@tertulia/model/rooms";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { reachLockedRoom } from "./reach-locked-room.ts";

/** Closes a room for everyone. Its rows stay, so that it can be restored. @throws ROOM_NOT_FOUND, PERMISSION_DENIED */
export async function deleteRoom(core: Core, actor: Actor, { roomId }: RoomId): Promise<void> {
  await changeAs(core, actor, async (change) => {
    const { trx } = change;
    const { member } = await reachLockedRoom(change, actor, roomId);
    demand("delete room", { globalRole: actor.role, roomRole: member.role });
    await change.append(roomId, { kind: "room.deleted", actorId: actor.user.id });
    await trx.updateTable("rooms").set({ deleted_at: change.at }).where("id", "=", roomId).execute();
    await change.revokeOldFacts(roomId);
    const members = await trx.selectFrom("room_members").select("user_id").where("room_id", "=", roomId).execute();
    for (const { user_id } of members) change.tell(user_id, { kind: "left", roomId });
  });
}
