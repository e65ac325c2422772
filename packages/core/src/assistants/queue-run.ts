import type { Actor } from "@tertulia/model/actor";
import type { Run } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import { v7 as newId } from "uuid";
import { type Change, change } from "../change.ts";
import type { Core } from "../core.ts";
import { type NamedDeed, once } from "../idempotency/once.ts";
import { reachRun } from "./reach-run.ts";
import { type RunRow, selectRuns, toRun } from "./to-run.ts";

/** A question that an assistant is asked; of one that it has answered already, which answer it shall write anew, and with which model if not its own. */
export interface Asked {
  roomId: Id;
  assistantId: Id;
  questionId: Id;
  answerId?: Id | null;
  model?: string | undefined;
}

/**
 * Queues a run for what `decide` finds, under the room's lock. An attempt at the same that is waiting or being written is answered instead,
 * whatever its model, so that a double click asks once; and so is the first, when it is asked for under its name again. Counts as a post.
 * @throws RATE_LIMITED, NOT_FOUND (the assistant isn't in the room), CONFLICT DIFFERENT_CONTENT
 */
export async function queueRun(core: Core, actor: Actor, decide: (change: Change) => Promise<Asked>, deed: NamedDeed | null = null): Promise<Run> {
  const place = await core.postLimiter.take(actor.user.id, actor.role);
  if ("refusal" in place) throw place.refusal;
  try {
    const { run, isNew } = await change(core, async (change) => {
      let isNew = false;
      const { id } = await once(change, actor, deed, async () => {
        const asked = await decide(change);
        await demandSeat(change, asked);
        const open = await findOpen(change, asked);
        isNew = !open;
        return open?.id ?? queue(change, actor, asked);
      });
      const { run } = await reachRun(change.trx, actor, id);
      return { run, isNew };
    });
    if (isNew) core.runs.wake(run.room_id);
    else place.giveBack();
    return toRun(run);
  } catch (error) {
    place.giveBack();
    throw error;
  }
}

async function demandSeat({ trx }: Change, { roomId, assistantId }: Asked): Promise<void> {
  const seated = await trx
    .selectFrom("room_members")
    .innerJoin("assistants", "assistants.user_id", "room_members.user_id")
    .select("room_members.user_id")
    .where("room_members.room_id", "=", roomId)
    .where("room_members.user_id", "=", assistantId)
    .executeTakeFirst();
  if (!seated) throw new Refusal("NOT_FOUND", { assistantId });
}

function findOpen({ trx }: Change, { assistantId, questionId, answerId = null }: Asked): Promise<RunRow | undefined> {
  const open = selectRuns(trx).where("run.status", "in", ["queued", "running"]);
  const same = answerId === null ? open.where("run.trigger_message_id", "=", questionId).where("run.assistant_id", "=", assistantId) : open.where("run.message_id", "=", answerId);
  return same.executeTakeFirst();
}

async function queue({ trx }: Change, actor: Actor, { roomId, assistantId, questionId, answerId = null, model = "" }: Asked): Promise<Id> {
  const { last } = await trx
    .selectFrom("assistant_runs")
    .select((eb) => eb.fn.max("attempt").as("last"))
    .where("trigger_message_id", "=", questionId)
    .where("assistant_id", "=", assistantId)
    .executeTakeFirstOrThrow();
  const id = newId();
  await trx
    .insertInto("assistant_runs")
    .values({ id, room_id: roomId, assistant_id: assistantId, asked_by: actor.user.id, trigger_message_id: questionId, attempt: (last ?? 0) + 1, message_id: answerId, shown: answerId === null, model })
    .execute();
  return id;
}
