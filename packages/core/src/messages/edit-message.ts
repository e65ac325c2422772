import type { Actor } from "@tertulia/model/actor";
import type { EditMessage, Message } from "@tertulia/model/messages";
import { change } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { findMentions } from "./find-mentions.ts";
import { loadMessage } from "./load-message.ts";
import { reachLockedMessage } from "./reach-locked-message.ts";

/**
 * Gives one's own message another text. The same text changes nothing. An edit asks no assistant.
 * @throws MESSAGE_NOT_FOUND of a missing, deleted or foreign room's one; PERMISSION_DENIED of anyone else's (quality B12)
 */
export async function editMessage(core: Core, actor: Actor, { messageId, content }: EditMessage): Promise<Message> {
  return change(core, async (change) => {
    const { trx, at } = change;
    const { message, room, member } = await reachLockedMessage(change, actor, messageId);
    demand("edit message", { globalRole: actor.role, roomRole: member.role, own: message.author_id === actor.user.id });
    if (message.content !== content) {
      await trx.updateTable("messages").set({ content, edited_at: at, updated_at: at }).where("id", "=", messageId).execute();
      await trx.deleteFrom("mentions").where("message_id", "=", messageId).execute();
      const mentioned = (await findMentions(trx, room.id, content)).filter((id) => id !== actor.user.id);
      const seq = message.unread_seq ?? message.seq;
      const mentions = mentioned.map((userId) => ({ message_id: messageId, user_id: userId, room_id: room.id, seq }));
      if (mentions.length > 0) await trx.insertInto("mentions").values(mentions).execute();
      await change.append(room.id, { kind: "message.edited", actorId: actor.user.id, subjectId: messageId });
    }
    return loadMessage(trx, messageId);
  });
}
