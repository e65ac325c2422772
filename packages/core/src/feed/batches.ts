import type { RoomEvent } from "@tertulia/model/events";

const EVENTS_PER_FRAME = 100;

/** Many events go out in several frames, so that no single one holds up everything behind it. */
export function inParts(events: RoomEvent[]): RoomEvent[][] {
  return Array.from({ length: Math.ceil(events.length / EVENTS_PER_FRAME) }, (_, part) => events.slice(part * EVENTS_PER_FRAME, (part + 1) * EVENTS_PER_FRAME));
}

/** Whether someone who follows has no right to what comes after. */
export const takesARightAway = ({ type }: RoomEvent): boolean => type === "member.left" || type === "room.deleted";

/** Cuts behind each event that takes a right away. */
export function stretchesOf(events: RoomEvent[]): RoomEvent[][] {
  const stretches: RoomEvent[][] = [[]];
  for (const event of events) {
    stretches.at(-1)?.push(event);
    if (takesARightAway(event)) stretches.push([]);
  }
  return stretches.filter((stretch) => stretch.length > 0);
}
