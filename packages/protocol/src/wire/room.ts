import type { RoomChanges } from "@tertulia/model/events";
import type { Id } from "@tertulia/model/ids";
import type { Room } from "@tertulia/model/rooms";

export interface WireRoom {
  id: Id;
  name: string;
  description: string;
  is_private: boolean;
  member_count: number;
  updated_at: string;
  kind: string;
  has_password: boolean;
  settings: WireRoomSettings;
}

interface WireRoomSettings {
  assistant_mode: string;
  who_can_post: string;
  /** Its OWNER and ADMINs aside, each may post once in so many seconds. 0: as often as they like. */
  slow_mode_seconds: number;
}

export interface WireRoomChanges {
  name?: string;
  description?: string;
  is_private?: boolean;
  has_password?: boolean;
  settings?: WireRoomSettings;
  deleted_at?: string | null;
}

export const roomOnWire = (room: Room): WireRoom => ({
  id: room.id,
  name: room.title,
  description: room.description,
  is_private: room.isPrivate,
  member_count: room.memberCount,
  updated_at: room.updatedAt,
  kind: room.kind,
  has_password: room.hasPassword,
  settings: settingsOnWire(room.settings),
});

/** The new values of what changed, and nothing else (protocol J6). */
export const changesOnWire = ({ title, description, isPrivate, hasPassword, settings, deletedAt }: RoomChanges): WireRoomChanges => ({
  ...(title !== undefined && { name: title }),
  ...(description !== undefined && { description }),
  ...(isPrivate !== undefined && { is_private: isPrivate }),
  ...(hasPassword !== undefined && { has_password: hasPassword }),
  ...(settings !== undefined && { settings: settingsOnWire(settings) }),
  ...(deletedAt !== undefined && { deleted_at: deletedAt }),
});

const settingsOnWire = ({ assistantMode, whoCanPost, slowModeSeconds }: Room["settings"]): WireRoomSettings => ({
  assistant_mode: assistantMode,
  who_can_post: whoCanPost,
  slow_mode_seconds: slowModeSeconds,
});
