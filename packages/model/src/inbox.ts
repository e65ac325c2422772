import type { Id, Seq } from "./ids.ts";
import type { MyPosition } from "./reads.ts";
import type { InboxEntry, LastMessage, Room } from "./rooms.ts";

/** What a follower of the inbox hears. The first frame is the snapshot; `room.activity` holds shared facts alone, the same bytes for everyone. */
export type InboxUpdate =
  | { type: "snapshot"; entries: InboxEntry[]; nextCursor: string | null }
  | { type: "room.activity"; roomId: Id; headSeq: Seq; last: LastMessage | null; counted: Counted[] }
  | ({ type: "room.position" } & MyPosition)
  | { type: "room.joined"; entry: InboxEntry }
  | { type: "room.changed"; room: Room }
  | { type: "room.left"; roomId: Id };

/** A message that counts as unread for everyone but its author and those who have read past it; a reply in a thread counts for whom it mentions, as a mention. */
export interface Counted {
  seq: Seq;
  authorId: Id;
  /** Users it mentions. */
  mentions: Id[];
  /** It mentions everyone. */
  mentionsRoom?: true;
  inThread?: true;
}
