import type { Actor } from "@tertulia/model/actor";
import type { Id, Seq } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import type { Core } from "../core.ts";
import { reachRoom } from "../rooms/reach-room.ts";

/** Where a message stands in its room, and in which thread of it. */
export interface MessagePlace {
  seq: Seq;
  threadRootId: Id | null;
}

/** A deleted message has its place still. @throws ROOM_NOT_FOUND, PERMISSION_DENIED; MESSAGE_NOT_FOUND of one that isn't in this room */
export async function findPlace(core: Core, actor: Actor, { roomId, messageId }: { roomId: Id; messageId: Id }): Promise<MessagePlace> {
  await reachRoom(core.db, actor, roomId);
  const place = await core.db.selectFrom("messages").select(["seq", "thread_root_id"]).where("id", "=", messageId).where("room_id", "=", roomId).executeTakeFirst();
  if (!place) throw new Refusal("MESSAGE_NOT_FOUND", { messageId });
  return { seq: place.seq, threadRootId: place.thread_root_id };
}
