import { createRoute } from "@hono/zod-openapi";
import type { Core } from "@tertulia/core/core";
import { markRead } from "@tertulia/core/reads/mark-read";
import { readMessage } from "@tertulia/core/reads/read-message";
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
    if (messageId === undefined) await markRead(core, c.get("actor"), { roomId, seq: NEWEST });
    else await readMessage(core, c.get("actor"), { roomId, messageId, readAt: new Date(core.clock.now()) });
    return c.json(done("Conversation marked as read"), 200);
  });
}

/** Nobody has read further than what is there. */
const NEWEST = Number.MAX_SAFE_INTEGER;

const UpTo = z
  .strictObject({ messageId: Id.optional().meta({ description: "Up to this message. Without it, all there is." }) })
  .meta({ id: "UpTo", example: {} });

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
