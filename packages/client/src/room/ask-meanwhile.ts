import type { RoomEvent } from "@tertulia/model/events";
import type { LiveRoom } from "../state.ts";

/**
 * Asks about a room, and gathers what happens in it until the answer is there, which may not know of all that.
 * Null if there was a gap meanwhile: what is held is newer than the answer, and nobody knows by what.
 */
export async function askMeanwhile<T>(room: Pick<LiveRoom, "listen">, asked: Promise<T>): Promise<{ answer: T; since: readonly RoomEvent[] } | null> {
  const since: RoomEvent[] = [];
  const gaps: true[] = [];
  const stop = room.listen((happening) => ("gap" in happening ? gaps.push(happening.gap) : since.push(...happening.events)));
  try {
    const answer = await asked;
    return gaps.length > 0 ? null : { answer, since };
  } finally {
    stop();
  }
}
