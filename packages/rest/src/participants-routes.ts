import { createRoute } from "@hono/zod-openapi";
import type { Core } from "@tertulia/core/core";
import { putMember } from "@tertulia/core/members/add-member";
import { listMembers } from "@tertulia/core/members/list-members";
import { removeMember } from "@tertulia/core/members/remove-member";
import { setRole } from "@tertulia/core/members/set-role";
import { z } from "zod";
import { answers, body, done, isDone, page, PageOf, refusals, success, WRITING } from "./answers.ts";
import { ConversationPath } from "./conversation.ts";
import { NewParticipant, Participant, ParticipantChanges, ParticipantPath, toParticipant } from "./participant.ts";
import { Limit, NextCursor } from "./query-shapes.ts";
import type { RestApp } from "./rest-env.ts";
import { signedIn } from "./who-asks.ts";

const tags = ["Participants"];

export function participantsRoutes(app: RestApp, core: Core): void {
  app.openapi(list, async (c) => {
    const { conversationId: roomId } = c.req.valid("param");
    const { items, nextCursor } = await listMembers(core, c.get("actor"), { roomId, ...c.req.valid("query") });
    return c.json(page(items.map((member) => toParticipant(roomId, member)), { nextCursor }), 200);
  });
  app.openapi(add, async (c) => {
    const { conversationId: roomId } = c.req.valid("param");
    const { member, isNew } = await putMember(core, c.get("actor"), { roomId, ...c.req.valid("json") });
    return c.json(success(toParticipant(roomId, member)), isNew ? 201 : 200);
  });
  app.openapi(change, async (c) => {
    const { conversationId: roomId, userId } = c.req.valid("param");
    return c.json(success(toParticipant(roomId, await setRole(core, c.get("actor"), { roomId, userId, ...c.req.valid("json") }))), 200);
  });
  app.openapi(remove, async (c) => {
    const { conversationId: roomId, userId } = c.req.valid("param");
    await removeMember(core, c.get("actor"), { roomId, userId });
    return c.json(done("Participant removed successfully"), 200);
  });
}

const list = createRoute({
  ...signedIn({ doing: "get participants", denied: "No permission to read participants of this conversation" }),
  operationId: "listParticipants",
  method: "get",
  path: "/conversations/{conversationId}/participants",
  tags,
  summary: "Who is in a conversation",
  description: "People and assistants, by username.",
  request: { params: ConversationPath, query: z.strictObject({ cursor: NextCursor, limit: Limit }) },
  responses: { 200: answers("A page of participants.", PageOf(Participant, { next: "Ask with this `cursor` for the participants that follow; null if there are none." })), ...refusals(401, 403, 404) },
});

const add = createRoute({
  ...signedIn({ doing: "add participant", denied: "No permission to add participants to this conversation", missing: "User not found" }),
  operationId: "addParticipant",
  method: "post",
  path: "/conversations/{conversationId}/participants",
  tags,
  summary: "Bring someone into a conversation",
  description: "For its OWNER and ADMINs. Whoever is in it already stays as they are. The people of a direct message and of an assistant chat are fixed.",
  request: { params: ConversationPath, body: body(NewParticipant) },
  responses: { 201: answers("The participant.", Participant), 200: answers("The participant, who was in it already, as they are.", Participant), ...refusals(...WRITING, 404) },
});

const change = createRoute({
  ...signedIn({ doing: "update participant", denied: "No permission to change roles in this conversation", missing: "Participant not found" }),
  operationId: "updateParticipant",
  method: "patch",
  path: "/conversations/{conversationId}/participants/{userId}",
  tags,
  summary: "Give a participant another role",
  description: "For the OWNER. Making someone else OWNER hands the conversation over: who did it is an ADMIN from then on.",
  request: { params: ParticipantPath, body: body(ParticipantChanges) },
  responses: { 200: answers("The participant.", Participant), ...refusals(...WRITING, 404, 409) },
});

const remove = createRoute({
  ...signedIn({ doing: "remove participant", denied: "No permission to remove participants from this conversation", missing: "Participant not found" }),
  operationId: "removeParticipant",
  method: "delete",
  path: "/conversations/{conversationId}/participants/{userId}",
  tags,
  summary: "Put someone out of a conversation, or leave it",
  description: "Anyone may remove themselves; the OWNER removes anyone, ADMINs those without a role. The last OWNER of a conversation with other people in it can't leave (409, LAST_OWNER): make someone else OWNER first.",
  request: { params: ParticipantPath },
  responses: { 200: isDone("They are in it no more."), ...refusals(...WRITING, 404, 409) },
});
