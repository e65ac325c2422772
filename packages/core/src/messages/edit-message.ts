import type { Actor } from "@tertulia/model/actor";
import type { MessagesTable } from "@tertulia/db/tables/messages";
import type { Id } from "@tertulia/model/ids";
import type { EditMessage, Message } from "@tertulia/model/messages";
import type { Selectable } from "kysely";
import { type Change, changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { isSmall } from "../rooms/room-facts.ts";
import { findMentions, mentionsRoom } from "./find-mentions.ts";
import { loadMessage } from "./load-message.ts";
import { reachLockedMessage } from "./reach-locked-message.ts";

/**
 * Gives one's own message another text. The same text changes nothing. An edit asks no assistant and notifies nobody; whom it mentions now
 * has a mention if they haven't read so far yet, as if it had been there from the first. What it said before is kept, shown to nobody in the room.
 * @throws MESSAGE_NOT_FOUND of a missing, deleted or foreign room's one; PERMISSION_DENIED of anyone else's (quality B12)
 */
export async function editMessage(core: Core, actor: Actor, { messageId, content }: EditMessage): Promise<Message> {
  return changeAs(core, actor, async (change) => {
    const { trx, at } = change;
    const { message, room, member } = await reachLockedMessage(change, actor, messageId);
    demand("edit message", { globalRole: actor.role, roomRole: member.role, own: message.author_id === actor.user.id });
    if (message.content !== content) {
      const standing = { globalRole: actor.role, roomRole: member.role, settings: room.settings, isSmall: isSmall(room.member_count) };
      const mentions_room = mentionsRoom({ content, threadRootId: message.thread_root_id }, standing);
      await keepWhatItSaid(change, message);
      await trx.updateTable("messages").set({ content, mentions_room, edited_at: at, updated_at: at }).where("id", "=", messageId).execute();
      await writeMentions(change, message, (await findMentions(trx, room.id, content)).filter((id) => id !== actor.user.id));
      await change.append(room.id, { kind: "message.edited", actorId: actor.user.id, subjectId: messageId });
    }
    return loadMessage(trx, messageId);
  });
}

async function keepWhatItSaid({ trx, at }: Change, { id, content, edited_at, created_at }: Selectable<MessagesTable>): Promise<void> {
  await trx.insertInto("message_revisions").values({ message_id: id, content, written_at: edited_at ?? created_at, replaced_at: at }).execute();
}

async function writeMentions({ trx }: Change, message: Selectable<MessagesTable>, userIds: Id[]): Promise<void> {
  const { id, room_id, thread_root_id } = message;
  await trx.deleteFrom("mentions").where("message_id", "=", id).execute();
  if (userIds.length === 0) return;
  const seq = message.unread_seq ?? message.seq;
  await trx.insertInto("mentions").values(userIds.map((user_id) => ({ message_id: id, user_id, room_id, seq, thread_root_id }))).execute();
  if (thread_root_id === null) return;
  // Who is mentioned in a thread is in it, with what mentions them unread.
  await trx
    .insertInto("thread_members")
    .values(userIds.map((user_id) => ({ root_id: thread_root_id, user_id, room_id, last_read_seq: seq - 1, mentioned_seq: seq })))
    .onConflict((conflict) =>
      conflict.columns(["root_id", "user_id"]).doUpdateSet((eb) => ({ mentioned_seq: eb.fn("greatest", ["thread_members.mentioned_seq", "excluded.mentioned_seq"]) })),
    )
    .execute();
}
