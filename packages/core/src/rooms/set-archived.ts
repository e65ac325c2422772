import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { Change } from "../change.ts";
import { reachRoom } from "./reach-room.ts";

/** Whether the actor keeps the room in their archive. Their other devices get the entry anew, if that is a change. */
export async function setArchived(change: Change, actor: Actor, roomId: Id, archived: boolean): Promise<void> {
  const { member } = await reachRoom(change.trx, actor, roomId);
  if ((member.archived_at !== null) === archived) return;
  await change.trx
    .updateTable("room_members")
    .set({ archived_at: archived ? change.at : null })
    .where("room_id", "=", roomId)
    .where("user_id", "=", actor.user.id)
    .execute();
  change.tell(actor.user.id, { kind: "joined", roomId });
}
