import type { TimelineMessage } from "@tertulia/client/state";
import type { Conversation } from "./conversation-context";

export interface MessageRights {
  edit: boolean;
  remove: boolean;
  copy: boolean;
}

/** What the reader may do with a message, as the server's table of rights says it too. */
export function rightsOver(message: TimelineMessage, { me, moderator, writer }: Pick<Conversation, "me" | "moderator" | "writer">): MessageRights {
  const there = message.deletedAt === null && message.status !== "streaming";
  const own = message.author.id === me.id;
  return { edit: there && own && writer, remove: there && (own || moderator), copy: there && message.content !== "" };
}
