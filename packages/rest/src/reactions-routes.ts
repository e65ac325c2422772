import { createRoute } from "@hono/zod-openapi";
import type { Core } from "@tertulia/core/core";
import { putReaction } from "@tertulia/core/reactions/add-reaction";
import { removeReaction } from "@tertulia/core/reactions/remove-reaction";
import { answers, body, done, isDone, refusals, success, WRITING } from "./answers.ts";
import { MessagePath } from "./message.ts";
import { NewReaction, Reaction, ReactionPath } from "./reaction.ts";
import type { RestApp } from "./rest-env.ts";
import { signedIn } from "./who-asks.ts";

const tags = ["Messages"];

export function reactionsRoutes(app: RestApp, core: Core): void {
  app.openapi(add, async (c) => {
    const { user } = c.get("actor");
    const wanted = { ...c.req.valid("param"), ...c.req.valid("json") };
    const { isNew } = await putReaction(core, c.get("actor"), wanted);
    return c.json(success({ ...wanted, userId: user.id }), isNew ? 201 : 200);
  });
  app.openapi(remove, async (c) => {
    await removeReaction(core, c.get("actor"), c.req.valid("param"));
    return c.json(done("Reaction removed successfully"), 200);
  });
}

const add = createRoute({
  ...signedIn({ doing: "add reaction" }),
  operationId: "addReaction",
  method: "post",
  path: "/messages/{messageId}/reactions",
  tags,
  summary: "React to a message",
  description: "Puts my emoji under it. The same one again changes nothing. A message takes 20 different emojis.",
  request: { params: MessagePath, body: body(NewReaction) },
  responses: { 201: answers("The reaction.", Reaction), 200: answers("The reaction, which was there already.", Reaction), ...refusals(...WRITING, 404, 409) },
});

const remove = createRoute({
  ...signedIn({ doing: "remove reaction" }),
  operationId: "removeReaction",
  method: "delete",
  path: "/messages/{messageId}/reactions/{emoji}",
  tags,
  summary: "Take a reaction back",
  description: "My own emoji, percent-encoded in the address. One that isn't there changes nothing.",
  request: { params: ReactionPath },
  responses: { 200: isDone("It isn't there."), ...refusals(...WRITING, 404) },
});
