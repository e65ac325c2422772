import type { ClientFrameOf, Said } from "../frames.ts";
import type { Asking } from "./answer.ts";

/** What was missed comes first (protocol G1, G2). */
export async function onResume({ myRooms }: Asking, { data }: ClientFrameOf<"resume">): Promise<Said> {
  const { rooms, reset, gone } = await myRooms.resume(data.rooms);
  return { type: "resumed", data: { rooms: Object.fromEntries(rooms), reset, gone } };
}
