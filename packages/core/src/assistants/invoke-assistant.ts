import type { Actor } from "@tertulia/model/actor";
import type { InvokeAssistant, Run } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import type { Change } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { reachRoom } from "../rooms/reach-room.ts";
import { queueRun } from "./queue-run.ts";

/**
 * Asks an assistant of the room to answer a message, by default the newest of a person; asked again, it gives another answer.
 * `messageId` may also name an answer, to have its question answered again. An attempt still waiting or being written is answered
 * instead of making another, so that a double click asks once. Counts as a post.
 * @throws ROOM_NOT_FOUND, PERMISSION_DENIED, MESSAGE_NOT_FOUND, NOT_FOUND (the assistant isn't in the room), RATE_LIMITED, STORAGE_FULL
 */
export async function invokeAssistant(core: Core, actor: Actor, { roomId, assistantId, messageId }: InvokeAssistant): Promise<Run> {
  await reachRoom(core.db, actor, roomId);
  return queueRun(core, actor, async (change) => {
    await change.lockRoom(roomId);
    const { room, member } = await reachRoom(change.trx, actor, roomId);
    demand("post message", { globalRole: actor.role, roomRole: member.role, settings: room.settings });
    return { roomId, assistantId, questionId: await findQuestion(change, roomId, messageId) };
  });
}

async function findQuestion({ trx }: Change, roomId: Id, messageId: Id | undefined): Promise<Id> {
  const inRoom = trx.selectFrom("messages").where("messages.room_id", "=", roomId).where("messages.deleted_at", "is", null);
  const question =
    messageId === undefined
      ? await inRoom.select("messages.id").where("messages.role", "=", "user").orderBy("messages.seq", "desc").limit(1).executeTakeFirst()
      : await inRoom
          .leftJoin("assistant_runs as run", (join) => join.onRef("run.message_id", "=", "messages.id").on("run.shown", "=", true))
          .select((eb) => eb.fn.coalesce("run.trigger_message_id", "messages.id").as("id"))
          .where("messages.id", "=", messageId)
          .executeTakeFirst();
  if (!question) throw new Refusal("MESSAGE_NOT_FOUND", messageId === undefined ? { roomId } : { messageId });
  return question.id;
}
