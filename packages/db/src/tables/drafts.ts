/** What someone has begun to write in a room; no row when there is nothing. */
export interface DraftsTable {
  user_id: string;
  room_id: string;
  content: string;
  updated_at: Date;
}
