import type { Tables } from "@tertulia/db/schema";
import type { Run } from "@tertulia/model/assistants";
import type { Kysely } from "kysely";

/** Runs with their words; filter the query, then map its rows with `toRun`. */
export function selectRuns(db: Kysely<Tables>) {
  return db
    .selectFrom("assistant_runs as run")
    .leftJoin("messages as answer", "answer.id", "run.message_id")
    .select([
      "run.id", "run.room_id", "run.assistant_id", "run.asked_by", "run.trigger_message_id", "run.message_id", "run.status", "run.model", "run.text",
      "run.code", "run.retryable", "run.stopped_by", "run.input_tokens", "run.output_tokens", "run.started_at", "run.ended_at",
      "run.shown", "answer.content as answer",
    ]);
}

export type RunRow = Awaited<ReturnType<ReturnType<typeof selectRuns>["execute"]>>[number];

export const toRun = (row: RunRow): Run => ({
  id: row.id,
  roomId: row.room_id,
  messageId: row.message_id,
  assistantId: row.assistant_id,
  status: row.status,
  model: row.model,
  triggerMessageId: row.trigger_message_id,
  askedBy: row.asked_by,
  startedAt: row.started_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
  code: row.code,
  retryable: row.retryable,
  stoppedBy: row.stopped_by,
  usage: { inputTokens: row.input_tokens, outputTokens: row.output_tokens },
  // The answer holds the words of the run that it shows, once that has ended.
  text: row.status === "running" || !row.shown ? row.text : (row.answer ?? ""),
});
