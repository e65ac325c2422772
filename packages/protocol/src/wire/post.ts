import type { PostMessage } from "@tertulia/model/messages";
import type { ClientFrameOf } from "../frames.ts";

export const postFromWire = ({ id, data }: ClientFrameOf<"message">): PostMessage => ({
  roomId: data.room_id,
  clientId: id,
  content: data.content,
  type: data.message_type,
  replyToId: data.reply_to_message_id,
  threadRootId: data.thread_root_id,
  metadata: data.metadata,
});
