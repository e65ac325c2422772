import { postMessage } from "@tertulia/core/messages/post-message";
import type { ClientFrameOf, Said } from "../frames.ts";
import { postFromWire } from "../wire/post.ts";
import type { Asking } from "./answer.ts";

/** The frame's id is the message's clientId: the same again is the same message (protocol M1, M3). */
export async function onMessage({ core, actor }: Asking, frame: ClientFrameOf<"message">): Promise<Said> {
  const { id, createdAt, seq } = await postMessage(core, actor, postFromWire(frame));
  return { type: "message_received", data: { message_id: id, timestamp: createdAt, seq } };
}
