import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { Message } from "@tertulia/model/messages";
import { Refusal } from "@tertulia/model/refusals";
import type { Kysely } from "kysely";
import { loadMessages } from "./load-messages.ts";

/** One message as every door shows it. @throws MESSAGE_NOT_FOUND */
export async function loadMessage(db: Kysely<Tables>, messageId: Id): Promise<Message> {
  const message = (await loadMessages(db, [messageId])).get(messageId);
  if (!message) throw new Refusal("MESSAGE_NOT_FOUND", { messageId });
  return message;
}
