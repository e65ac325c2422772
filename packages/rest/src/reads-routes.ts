import { createRoute } from "@hono/zod-openapi";
import type { Core } from "@tertulia/core/core";
import { findPlace } from "@tertulia/core/messages/find-place";
import { markRead } from "@tertulia/core/reads/mark-read";
import { Id } from "@tertulia/model/ids";
import { z } from "zod";
import { done, isDone, optionalBody, refusals, WRITING } from "./answers.ts";
import { ConversationPath } from "./conversation.ts";
import type { RestApp } from "./rest-env.ts";
import { signedIn } from "./who-asks.ts";

export function readsRoutes(app: RestApp, core: Core): void {
  app.openapi(mark, async (c) => {
    const { conversationId: roomId } = c.req.valid("param");
    const { messageId } = c.req.valid("json");
    const { seq, threadRootId } = messageId === undefined ? NEWEST : await findPlace(core, c.get("actor"), { roomId, messageId });
    await markRead(core, c.get("actor"), { roomId, threadRootId: threadRootId ?? undefined, seq });
    return c.json(done("Conversation marked as read"), 200);
  });
}

/** Nobody has read further than what is there. */
const NEWEST = { seq: Number.MAX_SAFE_INTEGER, threadRootId: null };

const UpTo = z
  .strictObject({ messageId: Id.optional().meta({ description: "Up to this message. Without it, all there is." }) })
  .meta({ id: "UpTo" });

const mark = createRoute({
  ...signedIn({ doing: "mark as read", denied: "No permission to read messages in this conversation" }),
  operationId: "markAsRead",
  method: "post",
  path: "/conversations/{conversationId}/read",
  tags: ["Messages"],
  summary: "Mark messages as read",
  description: "Moves how far I have read forward, never back. Of a message in a thread it is the thread that I have read so far.",
  request: { params: ConversationPath, body: optionalBody(UpTo) },
  responses: { 200: isDone("So far I have read."), ...refusals(...WRITING, 404) },
});
