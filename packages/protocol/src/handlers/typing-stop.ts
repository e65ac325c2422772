import { stopTyping } from "@tertulia/core/typing/stop-typing";
import type { ClientFrameOf } from "../frames.ts";
import type { Asking } from "./answer.ts";

/** No answer (protocol T1). */
export async function onTypingStop({ core, actor }: Asking, { data }: ClientFrameOf<"typing_stop">): Promise<null> {
  await stopTyping(core, actor, { roomId: data.room_id });
  return null;
}
