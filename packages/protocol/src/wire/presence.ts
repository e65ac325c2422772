import type { Id } from "@tertulia/model/ids";
import type { Presence } from "@tertulia/model/presence";

export interface WirePresence {
  user_id: Id;
  status: string;
  last_seen: string | null;
  current_room_id: Id | null;
}

export const presenceOnWire = ({ userId, status, lastSeen, currentRoomId }: Presence): WirePresence => ({ user_id: userId, status, last_seen: lastSeen, current_room_id: currentRoomId });
