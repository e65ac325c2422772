/** One person's emoji on one message. */
export interface ReactionsTable {
  message_id: string;
  emoji: string;
  user_id: string;
  /** The seq of the event that told of it: reactions are shown in its order. */
  seq: number;
}
