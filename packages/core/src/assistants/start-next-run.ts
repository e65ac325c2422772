import type { Id, Seq } from "@tertulia/model/ids";
import { sql } from "kysely";
import { v7 as newId } from "uuid";
import { type Change, change } from "../change.ts";
import type { CoreParts } from "../core.ts";
import { putWordsAside } from "./put-words-aside.ts";

/** How long a node that has fallen silent keeps a run. It renews the lease every second. */
export const LEASE = sql<Date>`now() + interval '15 seconds'`;

/** A run that this node holds now, its empty message already in the timeline. */
export interface StartedRun {
  id: Id;
  roomId: Id;
  assistantId: Id;
  messageId: Id;
  trigger: { id: Id; seq: Seq };
  model: string;
  instructions: string;
  temperature: number | null;
}

/**
 * Takes the room's longest waiting run whose assistant is free, gives its answer a place in the timeline and tells everyone.
 * All under the room's lock, so that no two nodes take one run, or two runs of one assistant. Null when there is nothing to do.
 */
export async function startNextRun(core: CoreParts, roomId: Id): Promise<StartedRun | null> {
  const defaultModel = (await core.answers.models())[0]?.id ?? "";
  return change(core, async (change) => {
    await change.lockRoom(roomId);
    await dropPointless(change, roomId);
    const run = await nextInLine(change, roomId);
    return run ? start(change, core.settings.nodeId, { ...run, model: run.asked_model || run.model || defaultModel }) : null;
  });
}

/** Nobody waits for an answer to a deleted question, for a deleted answer anew, or for one from an assistant that has left or was deleted. */
async function dropPointless({ trx, at }: Change, roomId: Id): Promise<void> {
  await trx
    .updateTable("assistant_runs as run")
    .set({ status: "stopped", ended_at: at })
    .where("run.room_id", "=", roomId)
    .where("run.status", "=", "queued")
    .where((eb) =>
      eb.or([
        eb.exists(
          eb
            .selectFrom("messages")
            .select("id")
            .where((message) => message.or([message("messages.id", "=", message.ref("run.trigger_message_id")), message("messages.id", "=", message.ref("run.message_id"))]))
            .where("deleted_at", "is not", null),
        ),
        eb.not(
          eb.exists(
            eb
              .selectFrom("room_members")
              .innerJoin("assistants", "assistants.user_id", "room_members.user_id")
              .select("assistants.user_id")
              .whereRef("room_members.user_id", "=", "run.assistant_id")
              .whereRef("room_members.room_id", "=", "run.room_id"),
          ),
        ),
      ]),
    )
    .execute();
}

type NextRun = NonNullable<Awaited<ReturnType<typeof nextInLine>>>;

function nextInLine({ trx }: Change, roomId: Id) {
  return trx
    .selectFrom("assistant_runs as run")
    .innerJoin("messages as asked", "asked.id", "run.trigger_message_id")
    .innerJoin("assistants", "assistants.user_id", "run.assistant_id")
    .select(["run.id", "run.room_id", "run.assistant_id", "run.message_id", "run.model as asked_model", "asked.id as asked_id", "asked.seq as asked_seq", "asked.thread_root_id", "assistants.model", "assistants.instructions", "assistants.temperature"])
    .where("run.room_id", "=", roomId)
    .where("run.status", "=", "queued")
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("assistant_runs as busy")
            .select("busy.id")
            .whereRef("busy.room_id", "=", "run.room_id")
            .whereRef("busy.assistant_id", "=", "run.assistant_id")
            .where("busy.status", "=", "running"),
        ),
      ),
    )
    .orderBy("run.queued_at")
    .orderBy("run.id")
    .limit(1)
    .executeTakeFirst();
}

async function start(change: Change, nodeId: string, run: NextRun): Promise<StartedRun> {
  const messageId = run.message_id ?? newId();
  const seq = await change.append(run.room_id, { kind: "run.started", actorId: run.assistant_id, subjectId: messageId });
  if (run.message_id === null) await addAnswer(change, run, { messageId, seq });
  else await clearAnswer(change, run.id, run.message_id);
  await change.trx
    .updateTable("assistant_runs")
    .set({ status: "running", message_id: messageId, shown: true, model: run.model, started_at: change.at, lease_holder: nodeId, lease_until: LEASE })
    .where("id", "=", run.id)
    .execute();
  return {
    id: run.id,
    roomId: run.room_id,
    assistantId: run.assistant_id,
    messageId,
    trigger: { id: run.asked_id, seq: run.asked_seq },
    model: run.model,
    instructions: run.instructions,
    temperature: run.temperature,
  };
}

async function addAnswer(change: Change, run: NextRun, { messageId, seq }: { messageId: Id; seq: Seq }): Promise<void> {
  await change.trx
    .insertInto("messages")
    .values({
      id: messageId,
      room_id: run.room_id,
      seq,
      unread_seq: null,
      author_id: run.assistant_id,
      role: "assistant",
      type: "markdown",
      content: "",
      metadata: "{}",
      reply_to_id: null,
      // Asked in a thread, it answers there.
      thread_root_id: run.thread_root_id,
      client_id: null,
      client_hash: null,
      status: "streaming",
      edited_at: null,
      deleted_at: null,
      created_at: change.at,
      updated_at: change.at,
    })
    .execute();
  if (run.thread_root_id !== null) await countOneReplyMore(change, run.thread_root_id);
}

/** Written anew, an answer keeps its place; the words it had stay with the run that wrote them. */
async function clearAnswer(change: Change, runId: Id, messageId: Id): Promise<void> {
  const former = await putWordsAside(change, messageId);
  const { variants } = await change.trx.selectFrom("messages").select("variants").where("id", "=", messageId).executeTakeFirstOrThrow();
  await change.trx
    .updateTable("messages")
    .set({ variants: [...(variants.length > 0 ? variants : [former]), runId], content: "", status: "streaming", updated_at: change.at })
    .where("id", "=", messageId)
    .execute();
}

async function countOneReplyMore({ trx }: Change, rootId: Id): Promise<void> {
  await trx
    .updateTable("messages")
    .set((eb) => ({ thread_count: eb("thread_count", "+", 1) }))
    .where("id", "=", rootId)
    .execute();
}
