import type { RoomEvent } from "@tertulia/model/events";
import type { LiveRoom } from "../state.ts";

/**
 * An answer about a room, and what happened in it until that was there, which it may not know of.
 * Null instead of the answer if there was a gap meanwhile: what is held is newer, and nobody knows by what.
 */
export async function askMeanwhile<T>(room: Pick<LiveRoom, "listen">, asked: Promise<T>): Promise<[answer: T | null, since: RoomEvent[]]> {
  const since: RoomEvent[] = [];
  const gaps: true[] = [];
  const stop = room.listen((happening) => ("gap" in happening ? gaps.push(happening.gap) : since.push(...happening.events)));
  const answer = await asked.finally(stop);
  return [gaps.length > 0 ? null : answer, since];
}
