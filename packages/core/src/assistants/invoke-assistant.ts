import type { Actor } from "@tertulia/model/actor";
import type { InvokeAssistant, Run } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import { v7 as newId } from "uuid";
import { type Change, change } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { reachRoom } from "../rooms/reach-room.ts";
import { selectRuns, toRun } from "./to-run.ts";

/**
 * Asks an assistant of the room to answer a message, by default the newest of a person; asked again, it makes another attempt.
 * `messageId` may also name an answer, to have its question answered again. An attempt still waiting or being written is answered
 * instead of making another, so that a double click asks once. Counts as a post.
 * @throws ROOM_NOT_FOUND, PERMISSION_DENIED, MESSAGE_NOT_FOUND, NOT_FOUND (the assistant isn't in the room), RATE_LIMITED, STORAGE_FULL
 */
export async function invokeAssistant(core: Core, actor: Actor, { roomId, assistantId, messageId }: InvokeAssistant): Promise<Run> {
  const { room, member } = await reachRoom(core.db, actor, roomId);
  demand("post message", { globalRole: actor.role, roomRole: member.role, settings: room.settings });
  const place = await core.postLimiter.take(actor.user.id);
  if ("refusal" in place) throw place.refusal;
  const { giveBack } = place;
  try {
    const { run, isNew } = await change(core, async (change) => {
      await change.lockRoom(roomId);
      await demandSeat(change, roomId, assistantId);
      const questionId = await findQuestion(change, roomId, messageId);
      const open = await selectRuns(change.trx)
        .where("run.trigger_message_id", "=", questionId)
        .where("run.assistant_id", "=", assistantId)
        .where("run.status", "in", ["queued", "running"])
        .executeTakeFirst();
      return open ? { run: open, isNew: false } : { run: await queue(change, { roomId, assistantId, questionId, askedBy: actor.user.id }), isNew: true };
    });
    if (isNew) core.runs.wake(roomId);
    else giveBack();
    return toRun(run);
  } catch (error) {
    giveBack();
    throw error;
  }
}

async function demandSeat({ trx }: Change, roomId: Id, assistantId: Id): Promise<void> {
  const seated = await trx
    .selectFrom("room_members")
    .innerJoin("assistants", "assistants.user_id", "room_members.user_id")
    .select("room_members.user_id")
    .where("room_members.room_id", "=", roomId)
    .where("room_members.user_id", "=", assistantId)
    .executeTakeFirst();
  if (!seated) throw new Refusal("NOT_FOUND", { assistantId });
}

async function findQuestion({ trx }: Change, roomId: Id, messageId: Id | undefined): Promise<Id> {
  const inRoom = trx.selectFrom("messages").where("messages.room_id", "=", roomId).where("messages.deleted_at", "is", null);
  const question =
    messageId === undefined
      ? await inRoom.select("messages.id").where("messages.role", "=", "user").orderBy("messages.seq", "desc").limit(1).executeTakeFirst()
      : await inRoom
          .leftJoin("assistant_runs as run", "run.message_id", "messages.id")
          .select((eb) => eb.fn.coalesce("run.trigger_message_id", "messages.id").as("id"))
          .where("messages.id", "=", messageId)
          .executeTakeFirst();
  if (!question) throw new Refusal("MESSAGE_NOT_FOUND", messageId === undefined ? { roomId } : { messageId });
  return question.id;
}

async function queue({ trx }: Change, { roomId, assistantId, questionId, askedBy }: { roomId: Id; assistantId: Id; questionId: Id; askedBy: Id }) {
  const { last } = await trx
    .selectFrom("assistant_runs")
    .select((eb) => eb.fn.max("attempt").as("last"))
    .where("trigger_message_id", "=", questionId)
    .where("assistant_id", "=", assistantId)
    .executeTakeFirstOrThrow();
  const id = newId();
  await trx
    .insertInto("assistant_runs")
    .values({ id, room_id: roomId, assistant_id: assistantId, asked_by: askedBy, trigger_message_id: questionId, attempt: (last ?? 0) + 1 })
    .execute();
  return selectRuns(trx).where("run.id", "=", id).executeTakeFirstOrThrow();
}
