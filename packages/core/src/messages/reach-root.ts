import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import type { Kysely } from "kysely";

/** The message a thread hangs on, deleted or not, in a room that was reached before. @throws MESSAGE_NOT_FOUND if it is elsewhere or a reply itself */
export async function reachRoot(db: Kysely<Tables>, roomId: Id, rootId: Id): Promise<Id> {
  const root = await db.selectFrom("messages").select("id").where("id", "=", rootId).where("room_id", "=", roomId).where("thread_root_id", "is", null).executeTakeFirst();
  if (!root) throw new Refusal("MESSAGE_NOT_FOUND", { messageId: rootId });
  return root.id;
}
