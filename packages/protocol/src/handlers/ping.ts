import type { ClientFrameOf, Said } from "../frames.ts";
import type { Asking } from "./answer.ts";

/** Works at any time, also before joining (protocol E8). */
export async function onPing({ core }: Asking, { id }: ClientFrameOf<"ping">): Promise<Said> {
  return { type: "pong", data: { server_time: new Date(core.clock.now()).toISOString(), ping_id: id } };
}
