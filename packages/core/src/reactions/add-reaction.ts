import type { Actor } from "@tertulia/model/actor";
import * as limits from "@tertulia/model/limits";
import type { React, Reaction } from "@tertulia/model/reactions";
import { Refusal } from "@tertulia/model/refusals";
import type { Kysely } from "kysely";
import type { Tables } from "@tertulia/db/schema";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { loadMessage } from "../messages/load-message.ts";
import { reachLockedMessage } from "../messages/reach-locked-message.ts";
import { demand } from "../policy/policy.ts";

/**
 * Puts an emoji under a message and answers all that stand there now. The same one again changes nothing, and nobody is told.
 * @throws MESSAGE_NOT_FOUND, also of a deleted one; CONFLICT TOO_MANY_EMOJIS for a 21st kind (quality B55)
 */
export async function addReaction(core: Core, actor: Actor, input: React): Promise<Reaction[]> {
  return (await putReaction(core, actor, input)).reactions;
}

/** The same, and whether it wasn't there yet. */
export async function putReaction(core: Core, actor: Actor, { messageId, emoji }: React): Promise<{ reactions: Reaction[]; isNew: boolean }> {
  return changeAs(core, actor, async (change) => {
    const { trx } = change;
    const { room, member } = await reachLockedMessage(change, actor, messageId);
    demand("react", { globalRole: actor.role, roomRole: member.role });
    const mine = { message_id: messageId, emoji, user_id: actor.user.id };
    const isNew = await demandRoomFor(trx, mine);
    if (isNew) {
      const seq = await change.append(room.id, { kind: "reaction.added", actorId: actor.user.id, subjectId: messageId, data: { emoji } });
      await trx.insertInto("reactions").values({ ...mine, seq }).execute();
    }
    return { reactions: (await loadMessage(trx, messageId)).reactions, isNew };
  });
}

/** Whether it isn't there yet. */
async function demandRoomFor(trx: Kysely<Tables>, { message_id, emoji, user_id }: { message_id: string; emoji: string; user_id: string }): Promise<boolean> {
  const kinds = await trx
    .selectFrom("reactions")
    .select((eb) => ["emoji", eb.fn<boolean>("bool_or", [eb("user_id", "=", user_id)]).as("is_mine")])
    .where("message_id", "=", message_id)
    .groupBy("emoji")
    .execute();
  const known = kinds.find((kind) => kind.emoji === emoji);
  if (!known && kinds.length >= limits.emojisPerMessage) throw new Refusal("CONFLICT", { reason: "TOO_MANY_EMOJIS", limit: limits.emojisPerMessage });
  return !known?.is_mine;
}
