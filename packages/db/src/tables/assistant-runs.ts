import type { RunFailure, RunStatus } from "@tertulia/model/assistants";
import type { Generated } from "kysely";

/** One answer being made. Unique by (trigger_message_id, assistant_id, attempt): retries and two nodes give one answer. */
export interface AssistantRunsTable {
  id: string;
  room_id: string;
  assistant_id: string;
  asked_by: string;
  trigger_message_id: string;
  attempt: Generated<number>;
  /** The answer, from `run.started` on. */
  message_id: string | null;
  status: Generated<RunStatus>;
  model: Generated<string>;
  /** The words so far, saved once a second; the message holds them when the run has ended. */
  text: Generated<string>;
  code: RunFailure | null;
  retryable: Generated<boolean>;
  stopped_by: string | null;
  lease_holder: string | null;
  lease_until: Date | null;
  input_tokens: number | null;
  output_tokens: number | null;
  queued_at: Generated<Date>;
  started_at: Date | null;
  ended_at: Date | null;
}
