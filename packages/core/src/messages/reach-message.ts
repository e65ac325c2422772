import type { Tables } from "@tertulia/db/schema";
import type { MessagesTable } from "@tertulia/db/tables/messages";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import type { Kysely, Selectable } from "kysely";
import { type MemberRow, type RoomRow, reachRoom } from "../rooms/reach-room.ts";

/**
 * The only way to a message: through a member of its room.
 * @throws MESSAGE_NOT_FOUND of a missing or deleted message and of any the actor can't see (quality B12)
 */
export async function reachMessage(
  db: Kysely<Tables>,
  actor: Actor,
  messageId: Id,
): Promise<{ message: Selectable<MessagesTable>; room: RoomRow; member: MemberRow }> {
  const message = await db.selectFrom("messages").selectAll().where("id", "=", messageId).where("deleted_at", "is", null).executeTakeFirst();
  if (!message) throw new Refusal("MESSAGE_NOT_FOUND", { messageId });
  try {
    return { message, ...(await reachRoom(db, actor, message.room_id)) };
  } catch (error) {
    throw error instanceof Refusal ? new Refusal("MESSAGE_NOT_FOUND", { messageId }) : error;
  }
}
