import type { RoomRole } from "@tertulia/model/members";
import type { Generated } from "kysely";

export interface RoomMembersTable {
  room_id: string;
  user_id: string;
  role: Generated<RoomRole>;
  joined_at: Generated<Date>;
  last_read_seq: Generated<number>;
  last_read_at: Date | null;
  archived_at: Date | null;
}
