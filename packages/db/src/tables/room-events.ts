import type { RoomEventType } from "@tertulia/model/events";
import type { JSONColumnType } from "kysely";

/** The log of a room. It holds references and small scalars, never texts: a backlog joins the rows as they are now. */
export interface RoomEventsTable {
  room_id: string;
  seq: number;
  kind: RoomEventType;
  actor_id: string;
  /** The message, user or run it is about. */
  subject_id: string | null;
  data: JSONColumnType<EventData>;
  at: Date;
}

export interface EventData {
  memberCount?: number;
  removedBy?: string;
  role?: "OWNER" | "ADMIN" | "MEMBER";
  emoji?: string;
  quiet?: true;
  changed?: ("title" | "description" | "isPrivate" | "hasPassword" | "settings" | "deletedAt")[];
}
