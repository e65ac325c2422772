import { createRoute } from "@hono/zod-openapi";
import type { Core } from "@tertulia/core/core";
import { createRoom } from "@tertulia/core/rooms/create-room";
import { getEntry } from "@tertulia/core/rooms/get-entry";
import { listRooms } from "@tertulia/core/rooms/list-rooms";
import { z } from "zod";
import { answers, body, page, PageOf, refusals, success } from "./answers.ts";
import { Conversation, ConversationPath, NewConversation, toConversation } from "./conversation.ts";
import { Flag, Limit, NextCursor } from "./query-shapes.ts";
import type { RestApp } from "./rest-env.ts";
import { signedIn } from "./who-asks.ts";

const tags = ["Conversations"];

export function conversationsRoutes(app: RestApp, core: Core): void {
  app.openapi(create, async (c) => {
    const { participantIds: memberIds, ...wishes } = c.req.valid("json");
    return c.json(success(toConversation(await createRoom(core, c.get("actor"), { ...wishes, memberIds }))), 201);
  });
  app.openapi(list, async (c) => {
    const { items, nextCursor } = await listRooms(core, c.get("actor"), c.req.valid("query"));
    return c.json(page(items.map(toConversation), { nextCursor }), 200);
  });
  app.openapi(get, async (c) => {
    const { conversationId: roomId } = c.req.valid("param");
    return c.json(success(toConversation(await getEntry(core, c.get("actor"), { roomId }))), 200);
  });
}

const create = createRoute({
  ...signedIn({ doing: "create conversation" }),
  operationId: "createConversation",
  method: "post",
  path: "/conversations",
  tags,
  summary: "Begin a conversation",
  description: "Whoever makes it is its OWNER. A direct message exists once per pair of people: asked for again, the one there is is answered.",
  request: { body: body(NewConversation) },
  responses: { 201: answers("The new conversation.", Conversation), ...refusals(401, 404, 413, 415) },
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
  request: { params: ConversationPath },
  responses: { 200: answers("The conversation.", Conversation), ...refusals(401, 403, 404) },
});
