import type { JsonValue, MessageRole, MessageStatus, MessageType } from "@tertulia/model/messages";
import type { Generated, JSONColumnType } from "kysely";

export interface MessagesTable {
  id: string;
  room_id: string;
  seq: number;
  /** From which seq on it counts as unread: its own, or that of the event which ended the answer; null while it is being written. */
  unread_seq: number | null;
  author_id: string;
  role: MessageRole;
  type: MessageType;
  content: string;
  metadata: JSONColumnType<{ [key: string]: JsonValue }>;
  reply_to_id: string | null;
  thread_root_id: string | null;
  variant_of: string | null;
  client_id: string | null;
  /** SHA-256 of what was first posted under client_id, so that a later edit doesn't confuse a replay. */
  client_hash: string | null;
  status: Generated<MessageStatus>;
  off_record: Generated<boolean>;
  edited_at: Date | null;
  deleted_at: Date | null;
  created_at: Date;
  updated_at: Date;
}
