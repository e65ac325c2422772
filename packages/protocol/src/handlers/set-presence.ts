import { setPresence } from "@tertulia/core/presence/set-presence";
import type { ClientFrameOf } from "../frames.ts";
import type { Asking } from "./answer.ts";

/** No answer. It holds for this connection, until it says otherwise or ends (protocol P1). */
export async function onSetPresence({ core, actor, connectionId }: Asking, { data }: ClientFrameOf<"set_presence">): Promise<null> {
  await setPresence(core, actor, { status: data.status, currentRoomId: data.current_room_id }, connectionId);
  return null;
}
