import type { Actor } from "@tertulia/model/actor";
import type { Draft, SetDraft } from "@tertulia/model/drafts";
import type { Core } from "../core.ts";
import { reachRoom } from "../rooms/reach-room.ts";

/** Keeps what the actor has begun to write in a room, for themselves alone; the last one set counts, and an empty one clears it. @throws ROOM_NOT_FOUND, PERMISSION_DENIED, STORAGE_FULL */
export async function setDraft(core: Core, actor: Actor, { roomId, content }: SetDraft): Promise<Draft> {
  core.assertWritable();
  await reachRoom(core.db, actor, roomId);
  if (content === "") {
    await core.db.deleteFrom("drafts").where("user_id", "=", actor.user.id).where("room_id", "=", roomId).execute();
    return { roomId, content, updatedAt: null };
  }
  const at = new Date(core.clock.now());
  await core.db
    .insertInto("drafts")
    .values({ user_id: actor.user.id, room_id: roomId, content, updated_at: at })
    .onConflict((conflict) => conflict.columns(["user_id", "room_id"]).doUpdateSet({ content, updated_at: at }))
    .execute();
  return { roomId, content, updatedAt: at.toISOString() };
}
