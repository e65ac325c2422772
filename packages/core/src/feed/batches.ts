import type { RoomEvent } from "@tertulia/model/events";

export const EVENTS_PER_PART = 100;
/** At most 1 MB on the wire, whatever they are written in, but for what the events say besides. */
const CHARS_PER_PART = 300_000;

/** Many events, or long ones, go out in several parts, so that no single one holds up everything behind it. */
export function inParts(events: RoomEvent[]): RoomEvent[][] {
  const parts: RoomEvent[][] = [];
  let chars = 0;
  for (const event of events) {
    const part = parts.at(-1);
    chars += charsOf(event);
    if (part && part.length < EVENTS_PER_PART && chars <= CHARS_PER_PART) part.push(event);
    else {
      parts.push([event]);
      chars = charsOf(event);
    }
  }
  return parts;
}

const charsOf = (event: RoomEvent): number => ("message" in event ? event.message.content.length : 0);

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
