/** Who is in a thread, and how far they have read it. Gone with the seat in the room. */
export interface ThreadMembersTable {
  root_id: string;
  user_id: string;
  room_id: string;
  last_read_seq: number;
}
