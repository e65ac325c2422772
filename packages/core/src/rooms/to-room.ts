import type { Room } from "@tertulia/model/rooms";
import type { RoomRow } from "./reach-room.ts";
import { settingsOf } from "./settings-of.ts";

export const toRoom = (row: RoomRow): Room => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  description: row.description,
  isPrivate: row.is_private,
  hasPassword: row.password_hash !== null,
  settings: settingsOf(row),
  memberCount: row.member_count,
  headSeq: row.head_seq,
  lastMessageAt: row.last_message_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  deletedAt: row.deleted_at?.toISOString() ?? null,
});
