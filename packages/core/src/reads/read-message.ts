import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { MyPosition } from "@tertulia/model/reads";
import type { Core } from "../core.ts";
import { findPlace } from "../messages/find-place.ts";
import { markRead } from "./mark-read.ts";

/**
 * Moves the actor's position up to a message of the room, or of its thread: the same as `markRead`, for whoever knows messages by their ids.
 * One that was deleted since still has its place. @throws ROOM_NOT_FOUND, PERMISSION_DENIED, MESSAGE_NOT_FOUND, STORAGE_FULL
 */
export async function readMessage(core: Core, actor: Actor, { roomId, messageId, readAt }: { roomId: Id; messageId: Id; readAt: Date }): Promise<MyPosition> {
  const { seq, threadRootId } = await findPlace(core, actor, { roomId, messageId });
  if (threadRootId !== null) return markRead(core, actor, { roomId, threadRootId, seq });
  return markRead(core, actor, { roomId, seq }, { readAt, messageId });
}
