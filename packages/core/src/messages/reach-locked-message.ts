import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import type { Change } from "../change.ts";
import { reachMessage } from "./reach-message.ts";

/** Reaches a message to change it: its room's row is held, and what is answered was read while holding it. @throws MESSAGE_NOT_FOUND */
export async function reachLockedMessage(change: Change, actor: Actor, messageId: Id): ReturnType<typeof reachMessage> {
  const { room } = await reachMessage(change.trx, actor, messageId);
  try {
    await change.lockRoom(room.id);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal("MESSAGE_NOT_FOUND", { messageId }) : error;
  }
  return reachMessage(change.trx, actor, messageId);
}
