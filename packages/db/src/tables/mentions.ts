import type { Generated } from "kysely";

export interface MentionsTable {
  message_id: string;
  user_id: string;
  room_id: string;
  /** The message's unread_seq, or its seq in a thread. */
  seq: number;
  /** In a thread it is read by reading the thread. */
  thread_root_id: Generated<string | null>;
}
