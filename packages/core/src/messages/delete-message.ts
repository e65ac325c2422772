import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { DeleteMessage } from "@tertulia/model/messages";
import { Refusal } from "@tertulia/model/refusals";
import { type Change, changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { reachLockedMessage } from "./reach-locked-message.ts";

/**
 * Takes a message back for everyone: its words are wiped, those from before its edits too, its place stays as a tombstone. A thread whose root is deleted can still be read,
 * since the replies are other people's words; nobody replies in it any more.
 * @throws MESSAGE_NOT_FOUND, also the second time; PERMISSION_DENIED; CONFLICT STREAMING of an answer being written, which is stopped first
 */
export async function deleteMessage(core: Core, actor: Actor, { messageId }: DeleteMessage): Promise<DeleteMessage> {
  return changeAs(core, actor, async (change) => {
    const { trx, at } = change;
    const { message, room, member } = await reachLockedMessage(change, actor, messageId);
    demand("delete message", { globalRole: actor.role, roomRole: member.role, own: message.author_id === actor.user.id });
    if (message.status === "streaming") throw new Refusal("CONFLICT", { reason: "STREAMING" }, "Stop the answer before deleting it.");
    await trx.updateTable("messages").set({ content: "", metadata: "{}", mentions_room: false, deleted_at: at, updated_at: at }).where("id", "=", messageId).execute();
    await trx.deleteFrom("message_revisions").where("message_id", "=", messageId).execute();
    await trx.deleteFrom("mentions").where("message_id", "=", messageId).execute();
    await trx.deleteFrom("reactions").where("message_id", "=", messageId).execute();
    await trx.deleteFrom("pins").where("message_id", "=", messageId).execute();
    if (message.thread_root_id !== null) await countOneReplyLess(change, message.thread_root_id);
    // An answer's words stand in its run too.
    await trx.updateTable("assistant_runs").set({ text: "" }).where("message_id", "=", messageId).execute();
    await change.append(room.id, { kind: "message.deleted", actorId: actor.user.id, subjectId: messageId });
    return { messageId };
  });
}

async function countOneReplyLess({ trx }: Change, rootId: Id): Promise<void> {
  await trx
    .updateTable("messages")
    .set((eb) => ({ thread_count: eb("thread_count", "-", 1) }))
    .where("id", "=", rootId)
    .execute();
}
