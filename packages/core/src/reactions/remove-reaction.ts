import type { Actor } from "@tertulia/model/actor";
import type { React, Reaction } from "@tertulia/model/reactions";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { loadMessage } from "../messages/load-message.ts";
import { reachLockedMessage } from "../messages/reach-locked-message.ts";

/** Takes one's own emoji back and answers those that still stand there. One that isn't there changes nothing, and nobody is told. @throws MESSAGE_NOT_FOUND */
export async function removeReaction(core: Core, actor: Actor, { messageId, emoji }: React): Promise<Reaction[]> {
  return changeAs(core, actor, async (change) => {
    const { trx } = change;
    const { room } = await reachLockedMessage(change, actor, messageId);
    const gone = await trx
      .deleteFrom("reactions")
      .where("message_id", "=", messageId)
      .where("emoji", "=", emoji)
      .where("user_id", "=", actor.user.id)
      .returning("seq")
      .executeTakeFirst();
    if (gone) await change.append(room.id, { kind: "reaction.removed", actorId: actor.user.id, subjectId: messageId, data: { emoji } });
    return (await loadMessage(trx, messageId)).reactions;
  });
}
