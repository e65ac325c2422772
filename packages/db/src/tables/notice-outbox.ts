import type { Generated } from "kysely";

/** Messages that someone may have to be notified of, for a drainer to expand. Written with the message; kept for a day at most. */
export interface NoticeOutboxTable {
  id: Generated<number>;
  room_id: string;
  message_id: string;
  seq: number;
  at: Date;
}
