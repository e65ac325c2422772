import type { Member } from "@tertulia/model/members";
import type { MemberRow } from "../rooms/reach-room.ts";
import { toUser, type UserColumns } from "../users/to-user.ts";

export const memberColumns = ["room_members.role", "room_members.joined_at", "room_members.last_read_seq"] as const;

export const toMember = (row: UserColumns & Pick<MemberRow, "role" | "joined_at" | "last_read_seq">): Member => ({
  user: toUser(row),
  role: row.role,
  joinedAt: row.joined_at.toISOString(),
  lastReadSeq: row.last_read_seq,
});
