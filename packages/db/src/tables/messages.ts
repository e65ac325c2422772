import type { JsonValue, MessageRole, MessageStatus, MessageType } from "@tertulia/model/messages";
import type { Generated, JSONColumnType } from "kysely";

export interface MessagesTable {
  id: string;
  room_id: string;
  seq: number;
  /** From which seq on it counts as unread in the room: its own, or that of the event which ended the answer; null while it is being written and in a thread. */
  unread_seq: number | null;
  author_id: string;
  role: MessageRole;
  type: MessageType;
  content: string;
  metadata: JSONColumnType<{ [key: string]: JsonValue }>;
  reply_to_id: string | null;
  thread_root_id: string | null;
  /** How many replies its thread has that aren't deleted. */
  thread_count: Generated<number>;
  /** Of an answer that was asked for again: all runs that have begun to write it, in their order. Empty of any other. */
  variants: Generated<string[]>;
  client_id: string | null;
  /** SHA-256 of what was first posted under client_id, so that a later edit doesn't confuse a replay. */
  client_hash: string | null;
  /** Whether it mentions everyone in the room: a row for each would make a post in a large room slow. */
  mentions_room: Generated<boolean>;
  status: Generated<MessageStatus>;
  off_record: Generated<boolean>;
  edited_at: Date | null;
  deleted_at: Date | null;
  created_at: Date;
  updated_at: Date;
}
