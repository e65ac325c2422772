import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { MyPosition } from "@tertulia/model/reads";
import { Refusal } from "@tertulia/model/refusals";
import type { Core } from "../core.ts";
import { reachRoom } from "../rooms/reach-room.ts";
import { markRead } from "./mark-read.ts";

/**
 * Moves the actor's position up to a message of the room, or of its thread: the same as `markRead`, for whoever knows messages by their ids.
 * One that was deleted since still has its place. @throws ROOM_NOT_FOUND, PERMISSION_DENIED, MESSAGE_NOT_FOUND, STORAGE_FULL
 */
export async function readMessage(core: Core, actor: Actor, { roomId, messageId, readAt }: { roomId: Id; messageId: Id; readAt: Date }): Promise<MyPosition> {
  await reachRoom(core.db, actor, roomId);
  const message = await core.db.selectFrom("messages").select(["seq", "thread_root_id"]).where("id", "=", messageId).where("room_id", "=", roomId).executeTakeFirst();
  if (!message) throw new Refusal("MESSAGE_NOT_FOUND", { messageId });
  return markRead(core, actor, { roomId, threadRootId: message.thread_root_id ?? undefined, seq: message.seq, readAt });
}
