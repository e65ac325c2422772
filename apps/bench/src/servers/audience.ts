import type { Member } from "../generator/dialect.ts";

/** So many rooms with so many members each, everyone in one room or in several. */
export interface AudiencePlan {
  rooms: number;
  membersPerRoom: number;
  roomsPerMember?: number;
}

/** The people and the rooms that a contestant is measured with. */
export interface Audience {
  roomIds: string[];
  people: Person[];
}

export interface Person extends Member {
  /** Places in `roomIds`. */
  rooms: number[];
}

/** Who is in which rooms: each person's rooms as places, spread so that all rooms are equally full, and equally often someone's first. */
export function layOut({ rooms, membersPerRoom, roomsPerMember = 1 }: AudiencePlan): number[][] {
  const people = (rooms * membersPerRoom) / roomsPerMember;
  const apart = rooms / roomsPerMember;
  return Array.from({ length: people }, (_, person) => Array.from({ length: roomsPerMember }, (_, place) => (person + place * apart) % rooms));
}
