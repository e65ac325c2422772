import type { RunFailure, Usage } from "@tertulia/model/assistants";
import type { RoomEventType } from "@tertulia/model/events";
import type { Id } from "@tertulia/model/ids";
import { type SqlBool, sql } from "kysely";
import { type Change, change } from "../change.ts";
import type { CoreParts } from "../core.ts";
import { messageStatusOf } from "./message-status-of.ts";

/** How an answer ends. An answer broken off after its first words is `interrupted`: what was written stays. */
export type RunEnd =
  | { status: "completed"; usage: Usage }
  | { status: "stopped"; by: Id }
  | { status: "failed"; code: RunFailure; retryable: boolean }
  | { status: "interrupted"; code: RunFailure | null; retryable: boolean };

/** Whose run may be ended: one that this node holds, one whose holder has fallen silent, or any. */
export type Claim = { heldBy: string } | "lapsed" | "any";

/**
 * Ends a running answer: its words go into its message for good, and everyone is told, in one change.
 * Answers whether it was still ours to end. Without `words`, those last saved are kept.
 */
export function endRun(core: CoreParts, { id, roomId }: { id: Id; roomId: Id }, claim: Claim, end: RunEnd, words?: string): Promise<boolean> {
  return change(core, async (change) => {
    // In a deleted room too: it may be restored, and then nothing in it may still be waited for.
    await change.lockAnyRoom(roomId);
    const run = await claimRun(change, id, claim);
    if (!run) return false;
    // Somebody asked for a stop, and whoever should have heard it died.
    await settle(change, run, run.stopped_by === null ? end : { status: "stopped", by: run.stopped_by }, words ?? run.text);
    return true;
  });
}

type ClaimedRun = NonNullable<Awaited<ReturnType<typeof claimRun>>>;

function claimRun(change: Change, id: Id, claim: Claim) {
  return change.trx
    .selectFrom("assistant_runs")
    .select(["id", "room_id", "assistant_id", "message_id", "stopped_by", "text"])
    .where("id", "=", id)
    .where("status", "=", "running")
    .where(claimed(claim))
    .forUpdate()
    .executeTakeFirst();
}

function claimed(claim: Claim) {
  if (claim === "any") return sql<SqlBool>`true`;
  return claim === "lapsed" ? sql<SqlBool>`lease_until < now()` : sql<SqlBool>`lease_holder = ${claim.heldBy}`;
}

async function settle(change: Change, run: ClaimedRun, end: RunEnd, words: string): Promise<void> {
  const now = change.at;
  await change.trx
    .updateTable("assistant_runs")
    .set({
      status: end.status,
      // The message holds the words from now on; kept here too they would outlive its deletion.
      text: "",
      code: "code" in end ? end.code : null,
      retryable: "retryable" in end && end.retryable,
      stopped_by: end.status === "stopped" ? end.by : null,
      input_tokens: end.status === "completed" ? end.usage.inputTokens : null,
      output_tokens: end.status === "completed" ? end.usage.outputTokens : null,
      lease_holder: null,
      lease_until: null,
      ended_at: now,
    })
    .where("id", "=", run.id)
    .execute();
  if (run.message_id === null) return;
  const answer = await findAnswer(change, run.message_id);
  if (!answer) return;

  const isFirst = answer.variants.length === 0;
  // Written anew it notifies nobody, and stopped before its first word it is nothing to read.
  const isQuiet = !isFirst || (end.status === "stopped" && words === "");
  const seq = await change.append(run.room_id, { kind: eventOf[end.status], actorId: run.assistant_id, subjectId: run.message_id, ...(isQuiet && { data: { quiet: true } }) });
  // One in a thread is not unread in the room.
  const isInRoom = answer.thread_root_id === null;
  await change.trx
    .updateTable("messages")
    .set({ content: words, status: messageStatusOf[end.status], updated_at: now, ...(isInRoom && !isQuiet && { unread_seq: seq }) })
    .where("id", "=", run.message_id)
    .execute();
  if (isInRoom && isFirst) await change.trx.updateTable("rooms").set({ last_message_at: now }).where("id", "=", run.room_id).execute();
}

const findAnswer = ({ trx }: Change, messageId: Id) =>
  trx.selectFrom("messages").select(["thread_root_id", "variants"]).where("id", "=", messageId).where("deleted_at", "is", null).executeTakeFirst();

const eventOf = {
  completed: "run.completed",
  stopped: "run.stopped",
  failed: "run.failed",
  interrupted: "run.failed",
} satisfies Record<RunEnd["status"], RoomEventType>;

