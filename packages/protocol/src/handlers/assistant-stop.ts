import { stopRun } from "@tertulia/core/assistants/stop-run";
import type { ClientFrameOf } from "../frames.ts";
import type { Asking } from "./answer.ts";

/** No answer: that it has stopped is told to the room (protocol AI2). */
export async function onAssistantStop({ core, actor }: Asking, { data }: ClientFrameOf<"assistant_stop">): Promise<null> {
  await stopRun(core, actor, { roomId: data.room_id, runId: data.run_id });
  return null;
}
