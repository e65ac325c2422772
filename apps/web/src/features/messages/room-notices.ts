import type { Id, Instant } from "@tertulia/model/ids";
import type { Member } from "@tertulia/model/members";
import type { Room } from "@tertulia/model/rooms";

/** Something that happened to the room itself, told in a line between what people say. */
export type RoomNotice =
  | { kind: "joined" | "left"; key: string; at: Instant; userId: Id; name: string }
  | { kind: "renamed"; key: string; at: Instant; title: string };

/** Who joined since, of those who are still here. Whoever came with the room, in the same instant, didn't join it. */
export function joinedSince(room: Room, members: readonly Member[], since: Instant): RoomNotice[] {
  return members
    .filter(({ joinedAt }) => joinedAt >= since && joinedAt > room.createdAt)
    .map(({ user, joinedAt }) => ({ kind: "joined", key: `joined ${user.id} ${joinedAt}`, at: joinedAt, userId: user.id, name: user.displayName }));
}

export interface Seen {
  room: Room | null;
  members: readonly Member[];
  hasMoreMembers: boolean;
}

/** What passed between two looks at a room: who has left it, and its new name. */
export function passedBetween(before: Seen, after: Seen, at: Instant): RoomNotice[] {
  if (before.room === after.room && before.members === after.members) return [];
  const here = new Set(after.members.map(({ user }) => user.id));
  // Where not all members are held, one that isn't may just as well be further down the list.
  const left = after.hasMoreMembers ? [] : before.members.filter(({ user }) => !here.has(user.id));
  const notices: RoomNotice[] = left.map(({ user }) => ({ kind: "left", key: `left ${user.id} ${at}`, at, userId: user.id, name: user.displayName }));
  if (before.room && after.room && before.room.title !== after.room.title) notices.push({ kind: "renamed", key: `renamed ${at}`, at, title: after.room.title });
  return notices;
}
