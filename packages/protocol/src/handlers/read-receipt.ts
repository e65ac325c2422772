import { readMessage } from "@tertulia/core/reads/read-message";
import type { ClientFrameOf } from "../frames.ts";
import type { Asking } from "./answer.ts";

/** No answer (protocol R1). */
export async function onReadReceipt({ core, actor }: Asking, { data }: ClientFrameOf<"read_receipt">): Promise<null> {
  await readMessage(core, actor, { roomId: data.room_id, messageId: data.message_id, readAt: new Date(data.read_at) });
  return null;
}
