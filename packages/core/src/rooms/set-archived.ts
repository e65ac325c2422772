import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import { change } from "../change.ts";
import type { Core } from "../core.ts";
import { reachRoom } from "./reach-room.ts";

/** Since when the actor keeps the room in the archive, or null. Their other devices get the entry anew. */
export async function setArchived(core: Core, actor: Actor, roomId: Id, since: Date | null): Promise<void> {
  await change(core, async (change) => {
    const { member } = await reachRoom(change.trx, actor, roomId);
    if ((member.archived_at === null) === (since === null)) return;
    await change.trx.updateTable("room_members").set({ archived_at: since }).where("room_id", "=", roomId).where("user_id", "=", actor.user.id).execute();
    change.tell(actor.user.id, { kind: "joined", roomId });
  });
}
