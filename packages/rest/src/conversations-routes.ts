import { createRoute } from "@hono/zod-openapi";
import type { Core } from "@tertulia/core/core";
import { archiveRoom } from "@tertulia/core/rooms/archive-room";
import { putRoom } from "@tertulia/core/rooms/create-room";
import { deleteRoom } from "@tertulia/core/rooms/delete-room";
import { getEntry } from "@tertulia/core/rooms/get-entry";
import { joinRoom } from "@tertulia/core/rooms/join-room";
import { listRooms } from "@tertulia/core/rooms/list-rooms";
import { unarchiveRoom } from "@tertulia/core/rooms/unarchive-room";
import { updateRoom } from "@tertulia/core/rooms/update-room";
import { z } from "zod";
import { answers, body, done, isDone, optionalBody, page, PageOf, refusals, success, WRITING } from "./answers.ts";
import { Conversation, ConversationChanges, ConversationPath, Joining, NewConversation, toConversation, toCreateRoom } from "./conversation.ts";
import { keyIn, MakingKey } from "./idempotency-key.ts";
import { Flag, Limit, NextCursor } from "./query-shapes.ts";
import type { RestApp } from "./rest-env.ts";
import { signedIn } from "./who-asks.ts";

const tags = ["Conversations"];

export function conversationsRoutes(app: RestApp, core: Core): void {
  app.openapi(create, async (c) => {
    const { entry, isNew } = await putRoom(core, c.get("actor"), toCreateRoom(c.req.valid("json")), keyIn(c.req.valid("header")));
    // What is asked for again under its key is answered as it was the first time.
    return c.json(success(toConversation(entry)), isNew || entry.room.kind !== "dm" ? 201 : 200);
  });
  app.openapi(list, async (c) => {
    const { items, nextCursor } = await listRooms(core, c.get("actor"), c.req.valid("query"));
    return c.json(page(items.map(toConversation), { nextCursor }), 200);
  });
  app.openapi(get, async (c) => {
    const { conversationId: roomId } = c.req.valid("param");
    return c.json(success(toConversation(await getEntry(core, c.get("actor"), { roomId }))), 200);
  });
  app.openapi(update, async (c) => {
    const { conversationId: roomId } = c.req.valid("param");
    await updateRoom(core, c.get("actor"), { roomId, ...c.req.valid("json") });
    return c.json(success(toConversation(await getEntry(core, c.get("actor"), { roomId }))), 200);
  });
  app.openapi(remove, async (c) => {
    const { conversationId: roomId } = c.req.valid("param");
    await deleteRoom(core, c.get("actor"), { roomId });
    return c.json(done("Conversation deleted successfully"), 200);
  });
  app.openapi(archive, async (c) => {
    const { conversationId: roomId } = c.req.valid("param");
    await archiveRoom(core, c.get("actor"), { roomId });
    return c.json(done("Conversation archived successfully"), 200);
  });
  app.openapi(unarchive, async (c) => {
    const { conversationId: roomId } = c.req.valid("param");
    await unarchiveRoom(core, c.get("actor"), { roomId });
    return c.json(done("Conversation unarchived successfully"), 200);
  });
  app.openapi(join, async (c) => {
    const { conversationId: roomId } = c.req.valid("param");
    return c.json(success(toConversation(await joinRoom(core, c.get("actor"), { roomId, ...c.req.valid("json") }))), 200);
  });
}

const create = createRoute({
  ...signedIn({ doing: "create conversation", missing: "User not found" }),
  operationId: "createConversation",
  method: "post",
  path: "/conversations",
  tags,
  summary: "Begin a conversation",
  description: "Whoever makes it is its OWNER. A direct message exists once per pair of people: asked for again, the one there is is answered.",
  request: { headers: MakingKey, body: optionalBody(NewConversation) },
  responses: { 201: answers("The new conversation.", Conversation), 200: answers("The direct message that was there already.", Conversation), ...refusals(...WRITING, 404, 409) },
});

const list = createRoute({
  ...signedIn({ doing: "get conversations" }),
  operationId: "listConversations",
  method: "get",
  path: "/conversations",
  tags,
  summary: "My conversations",
  description: "Those that I take part in, the one with the newest activity first. Archived ones stand in a list of their own.",
  request: {
    query: z.strictObject({ archived: Flag.optional().meta({ type: "boolean", default: false, description: "The archived ones instead of the others." }), cursor: NextCursor, limit: Limit }),
  },
  responses: { 200: answers("A page of conversations.", PageOf(Conversation, { next: "Ask with this `cursor` for the conversations that follow; null if there are none." })), ...refusals(401) },
});

const get = createRoute({
  ...signedIn({ doing: "get conversation", denied: "No permission to read messages in this conversation" }),
  operationId: "getConversation",
  method: "get",
  path: "/conversations/{conversationId}",
  tags,
  summary: "One conversation",
  description: "A private conversation that I don't take part in is refused as one that doesn't exist (404); a public one with 403, and may be joined.",
  request: { params: ConversationPath },
  responses: { 200: answers("The conversation.", Conversation), ...refusals(401, 403, 404) },
});

const update = createRoute({
  ...signedIn({ doing: "update conversation", denied: "No permission to update this conversation" }),
  operationId: "updateConversation",
  method: "patch",
  path: "/conversations/{conversationId}",
  tags,
  summary: "Change a conversation",
  description: "For its OWNER and ADMINs. What isn't named stays as it is.",
  request: { params: ConversationPath, body: body(ConversationChanges) },
  responses: { 200: answers("The conversation as it is now.", Conversation), ...refusals(...WRITING, 404) },
});

const remove = createRoute({
  ...signedIn({ doing: "delete conversation", denied: "No permission to delete this conversation" }),
  operationId: "deleteConversation",
  method: "delete",
  path: "/conversations/{conversationId}",
  tags,
  summary: "Delete a conversation",
  description: "For its OWNER. It is gone for everyone. For 30 days it can be restored, though not through this API.",
  request: { params: ConversationPath },
  responses: { 200: isDone("It is deleted."), ...refusals(...WRITING, 404) },
});

const archive = createRoute({
  ...signedIn({ doing: "archive conversation", denied: "No permission to archive this conversation" }),
  operationId: "archiveConversation",
  method: "post",
  path: "/conversations/{conversationId}/archive",
  tags,
  summary: "Archive a conversation",
  description: "For me alone: other participants' lists don't change.",
  request: { params: ConversationPath },
  responses: { 200: isDone("It is in my archive."), ...refusals(...WRITING, 404) },
});

const unarchive = createRoute({
  ...signedIn({ doing: "unarchive conversation", denied: "No permission to archive this conversation" }),
  operationId: "unarchiveConversation",
  method: "delete",
  path: "/conversations/{conversationId}/archive",
  tags,
  summary: "Take a conversation out of my archive",
  request: { params: ConversationPath },
  responses: { 200: isDone("It is among my conversations again."), ...refusals(...WRITING, 404) },
});

const join = createRoute({
  ...signedIn({ doing: "join conversation" }),
  operationId: "joinConversation",
  method: "post",
  path: "/conversations/{conversationId}/join",
  tags,
  summary: "Join a conversation",
  description:
    "One that is public, or whose password I know. Joining again says the same and tells nobody. A private one without a password is refused as one that doesn't exist. After 5 wrong passwords within a minute no more are taken for a while.",
  request: { params: ConversationPath, body: optionalBody(Joining) },
  responses: { 200: answers("The conversation, which I take part in now.", Conversation), ...refusals(...WRITING, 404) },
});
