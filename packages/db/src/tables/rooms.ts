import type { RoomKind, RoomSettings } from "@tertulia/model/rooms";
import type { Generated, JSONColumnType } from "kysely";

export interface RoomsTable {
  id: string;
  kind: RoomKind;
  /** The sorted ids of a direct message's people; unique, so a dm exists once per pair. */
  dm_key: string | null;
  title: Generated<string>;
  description: Generated<string>;
  is_private: Generated<boolean>;
  password_hash: string | null;
  /** Without slow mode nothing is said of it: rooms may be older than it. */
  settings: JSONColumnType<Omit<RoomSettings, "slowModeSeconds"> & Partial<Pick<RoomSettings, "slowModeSeconds">>>;
  /** The seq of the newest event; the next one is this plus one, under the row's lock. */
  head_seq: Generated<number>;
  /** Rises with everything that takes a right away, so a post decided on older facts is found stale. */
  access_version: Generated<number>;
  member_count: Generated<number>;
  last_message_at: Date | null;
  created_by: string;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
  deleted_at: Date | null;
}
