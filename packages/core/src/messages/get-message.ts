import type { Actor } from "@tertulia/model/actor";
import type { GetMessage, Message } from "@tertulia/model/messages";
import type { Core } from "../core.ts";
import { loadMessage } from "./load-message.ts";
import { reachMessage } from "./reach-message.ts";

/** @throws MESSAGE_NOT_FOUND, also of a deleted one */
export async function getMessage(core: Core, actor: Actor, { messageId }: GetMessage): Promise<Message> {
  await reachMessage(core.db, actor, messageId);
  return loadMessage(core.db, messageId);
}
