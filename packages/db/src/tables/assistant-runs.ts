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
  /** The answer, from `run.started` on; of a run that writes an answer anew, from the first. */
  message_id: string | null;
  /** Whether it is the run whose words its answer shows, or will once it begins; another attempt at the same answer waits, or was put aside. */
  shown: Generated<boolean>;
  status: Generated<RunStatus>;
  model: Generated<string>;
  /** The words so far, saved once a second; when the run has ended, the message holds them while it shows this run. */
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
