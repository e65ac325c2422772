import type { Generated } from "kysely";

/** Who is in a thread, and how far they have read it. Gone with the seat in the room. */
export interface ThreadMembersTable {
  root_id: string;
  user_id: string;
  room_id: string;
  last_read_seq: number;
  /** The seq of the newest reply that ever mentioned them: past last_read_seq, a mention may wait. The count itself is taken from the mentions. */
  mentioned_seq: Generated<number>;
}
