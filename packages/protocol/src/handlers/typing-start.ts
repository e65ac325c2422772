import { startTyping } from "@tertulia/core/typing/start-typing";
import type { ClientFrameOf } from "../frames.ts";
import type { Asking } from "./answer.ts";

/** No answer (protocol T1). */
export async function onTypingStart({ core, actor }: Asking, { data }: ClientFrameOf<"typing_start">): Promise<null> {
  await startTyping(core, actor, { roomId: data.room_id });
  return null;
}
