export interface MentionsTable {
  message_id: string;
  user_id: string;
  room_id: string;
  /** The message's unread_seq. */
  seq: number;
}
