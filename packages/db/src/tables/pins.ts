export interface PinsTable {
  message_id: string;
  room_id: string;
  pinned_by: string;
  /** The seq of the event that told of it: the newest pin is shown first. */
  seq: number;
  pinned_at: Date;
}
