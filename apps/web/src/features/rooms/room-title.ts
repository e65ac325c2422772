import type { InboxEntry, Room } from "@tertulia/model/rooms";
import type { User } from "@tertulia/model/users";

/** What a room is called: its title, or whoever else sits in it. */
export function roomTitle(room: Room, others: readonly User[]): string {
  return room.title || others.map(({ displayName }) => displayName).join(", ");
}

export const entryTitle = ({ room, others }: InboxEntry): string => roomTitle(room, others);
