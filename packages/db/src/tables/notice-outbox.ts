import type { Generated } from "kysely";

/** Messages that someone may have to be notified of, for a drainer to expand. Written with the message; those older than a day go as later ones come, two with each. */
export interface NoticeOutboxTable {
  id: Generated<number>;
  room_id: string;
  message_id: string;
  seq: number;
  at: Date;
}
