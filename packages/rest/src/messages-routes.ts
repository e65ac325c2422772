import { randomUUID } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import type { Core } from "@tertulia/core/core";
import { deleteMessage } from "@tertulia/core/messages/delete-message";
import { editMessage } from "@tertulia/core/messages/edit-message";
import { findPageStart } from "@tertulia/core/messages/find-page-start";
import { findPlace } from "@tertulia/core/messages/find-place";
import { listMessages } from "@tertulia/core/messages/list-messages";
import { postMessage } from "@tertulia/core/messages/post-message";
import { findReadByAll } from "@tertulia/core/reads/find-read-by-all";
import type { Actor } from "@tertulia/model/actor";
import { Seq } from "@tertulia/model/ids";
import type { ListMessages, MessagePage } from "@tertulia/model/messages";
import type { z } from "zod";
import { answers, body, done, isDone, PageOf, refusals, success, WRITING } from "./answers.ts";
import { ConversationPath } from "./conversation.ts";
import { PostKey } from "./idempotency-key.ts";
import { Message, MessageEdit, MessagePath, MessagesQuery, NewMessage, toMessage, toPost } from "./message.ts";
import type { Place } from "./query-shapes.ts";
import type { RestApp } from "./rest-env.ts";
import { signedIn } from "./who-asks.ts";

const tags = ["Messages"];

export function messagesRoutes(app: RestApp, core: Core): void {
  app.openapi(list, async (c) => {
    const { conversationId: roomId } = c.req.valid("param");
    const { threadId: threadRootId, limit, ...place } = c.req.valid("query");
    const where = await findWhere(core, c.get("actor"), { roomId, threadRootId, limit }, place);
    const found = await listMessages(core, c.get("actor"), where);
    const read = await findReadByAll(core, found.items);
    const items = found.items.map((message) => toMessage(message, read.has(message.id)));
    return c.json(success({ items, ...cursorsOf(found, where), headSeq: found.headSeq }), 200);
  });
  app.openapi(post, async (c) => {
    const { conversationId: roomId } = c.req.valid("param");
    const { "idempotency-key": key } = c.req.valid("header");
    const message = await postMessage(core, c.get("actor"), toPost(roomId, key ?? randomUUID(), c.req.valid("json")));
    // Only what was sent before under its key can have been read already.
    const read = key === undefined ? NONE : await findReadByAll(core, [message]);
    return c.json(success(toMessage(message, read.has(message.id))), 201);
  });
  app.openapi(edit, async (c) => {
    const message = await editMessage(core, c.get("actor"), { ...c.req.valid("param"), ...c.req.valid("json") });
    const read = await findReadByAll(core, [message]);
    return c.json(success(toMessage(message, read.has(message.id))), 200);
  });
  app.openapi(remove, async (c) => {
    await deleteMessage(core, c.get("actor"), c.req.valid("param"));
    return c.json(done("Message deleted successfully"), 200);
  });
}

const NONE = new Set<string>();

/** Messages are found by their seq; who knows an id or a page's number has it looked up. */
async function findWhere(core: Core, actor: Actor, list: ListMessages, { before, after, around, page }: Places): Promise<ListMessages> {
  if (page !== undefined) return { ...list, before: await findPageStart(core, actor, { ...list, page }) };
  const seqOf = async (place: Place) => ("seq" in place ? place.seq : (await findPlace(core, actor, { roomId: list.roomId, messageId: place.messageId })).seq);
  if (before) return { ...list, before: await seqOf(before) };
  if (after) return { ...list, after: await seqOf(after) };
  return around ? { ...list, around: await seqOf(around) } : list;
}

type Places = Pick<z.infer<typeof MessagesQuery>, "before" | "after" | "around" | "page">;

/** A page without messages, beyond one end, leads back to what there is. */
function cursorsOf({ items, hasBefore, hasAfter }: MessagePage, { before = 0, after = 0 }: ListMessages) {
  return {
    nextCursor: hasBefore ? String(items.at(0)?.seq ?? Math.min(Number.MAX_SAFE_INTEGER, after + 1)) : null,
    previousCursor: hasAfter ? String(items.at(-1)?.seq ?? Math.max(0, before - 1)) : null,
  };
}

const list = createRoute({
  ...signedIn({ doing: "get messages", denied: "No permission to read messages in this conversation" }),
  operationId: "listMessages",
  method: "get",
  path: "/conversations/{conversationId}/messages",
  tags,
  summary: "Messages of a conversation",
  description:
    "The newest page, or the one at the place asked for; within a page the oldest message comes first. Deleted messages keep their place, without their words. `headSeq` is the newest seq at the same moment: whoever listens from there on, over `/ws`, misses nothing. Asking again with `after` finds the messages that are new in this list, not what happened to older ones: edits, deletions, reactions and replies in threads. An assistant's message keeps the seq that it began with; while its `run` is `queued` or `running` it hasn't all its words, so ask for it again, with `around`.",
  request: {
    params: ConversationPath,
    query: MessagesQuery,
  },
  responses: {
    200: answers(
      "A page of messages, oldest first.",
      PageOf(Message, { next: "Ask with this as `before` for older messages; null if there are none.", previous: "Ask with this as `after` for newer messages; null if there are none." }).extend({ headSeq: Seq }),
    ),
    ...refusals(401, 403, 404),
  },
});

const post = createRoute({
  ...signedIn({ doing: "send message", denied: "No permission to send message in this conversation" }),
  operationId: "postMessage",
  method: "post",
  path: "/conversations/{conversationId}/messages",
  tags,
  summary: "Post a message",
  description:
    "Answered once it is stored. An assistant that it asks answers by a message of its own, later. By default an account may post 30 messages in any minute, over all its connections; what was posted before and is sent again under its key doesn't count.",
  request: { params: ConversationPath, headers: PostKey, body: body(NewMessage) },
  responses: { 201: answers("The message.", Message), ...refusals(...WRITING, 404, 409) },
});

const edit = createRoute({
  ...signedIn({ doing: "update message", denied: "No permission to update this message" }),
  operationId: "editMessage",
  method: "patch",
  path: "/messages/{messageId}",
  tags,
  summary: "Edit a message",
  description: "For its author. Whoever sees it sees that it was edited; an edit asks no assistant and notifies nobody.",
  request: { params: MessagePath, body: body(MessageEdit) },
  responses: { 200: answers("The message as it is now.", Message), ...refusals(...WRITING, 404) },
});

const remove = createRoute({
  ...signedIn({ doing: "delete message", denied: "No permission to delete this message" }),
  operationId: "deleteMessage",
  method: "delete",
  path: "/messages/{messageId}",
  tags,
  summary: "Delete a message",
  description: "For its author, the OWNER and ADMINs of the conversation, and those who keep order on this server (MODERATOR, ADMIN) if they take part in it. Its words are gone for everyone, its place stays.",
  request: { params: MessagePath },
  responses: { 200: isDone("It is deleted."), ...refusals(...WRITING, 404, 409) },
});
