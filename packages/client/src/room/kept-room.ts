import type { Seq } from "@tertulia/model/ids";
import type { Member } from "@tertulia/model/members";
import type { Room } from "@tertulia/model/rooms";
import type { Timeline } from "./timeline.ts";

/** A room as it was at `headSeq`, to be shown again after a reload and gone on with from there. */
export interface KeptRoom {
  room: Room;
  me: Member;
  members: readonly Member[];
  /** Of the members that weren't loaded; null if all were. */
  memberCursor: string | null;
  messages: Timeline;
  hasBefore: boolean;
  headSeq: Seq;
}

/** `isFresh`: it's no staler than a page that has stayed open. */
export interface FoundRoom {
  kept: KeptRoom;
  isFresh: boolean;
}
