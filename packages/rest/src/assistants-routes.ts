import { createRoute } from "@hono/zod-openapi";
import { getRun } from "@tertulia/core/assistants/get-run";
import { listAssistants } from "@tertulia/core/assistants/list-assistants";
import { listModels } from "@tertulia/core/assistants/list-models";
import { regenerateAnswer } from "@tertulia/core/assistants/regenerate-answer";
import { stopRun } from "@tertulia/core/assistants/stop-run";
import type { Core } from "@tertulia/core/core";
import { answers, done, isDone, optionalBody, page, refusals, success, WholeListOf, WRITING } from "./answers.ts";
import { Assistant, Model, Regenerating } from "./assistant.ts";
import { keyIn, MakingKey } from "./idempotency-key.ts";
import { MessagePath } from "./message.ts";
import type { RestApp } from "./rest-env.ts";
import { Run, RunPath, toRun } from "./run.ts";
import { signedIn } from "./who-asks.ts";

const tags = ["Assistants"];

export function assistantsRoutes(app: RestApp, core: Core): void {
  app.openapi(list, async (c) => c.json(page(await listAssistants(core, c.get("actor"))), 200));
  app.openapi(models, async (c) => c.json(page(await listModels(core)), 200));
  app.openapi(regenerate, async (c) => {
    const run = await regenerateAnswer(core, c.get("actor"), { ...c.req.valid("param"), ...c.req.valid("json") }, keyIn(c.req.valid("header")));
    return c.json(success(toRun(run)), 201);
  });
  app.openapi(get, async (c) => c.json(success(toRun(await getRun(core, c.get("actor"), c.req.valid("param")))), 200));
  app.openapi(stop, async (c) => {
    await stopRun(core, c.get("actor"), c.req.valid("param"));
    return c.json(done("Answer stopped successfully"), 200);
  });
}

const list = createRoute({
  ...signedIn({ doing: "get assistants" }),
  operationId: "listAssistants",
  method: "get",
  path: "/assistants",
  tags,
  summary: "The assistants of this server",
  responses: { 200: answers("Its assistants.", WholeListOf(Assistant)), ...refusals(401) },
});

const models = createRoute({
  ...signedIn({ doing: "get models" }),
  operationId: "listModels",
  method: "get",
  path: "/models",
  tags,
  summary: "The models that can be asked for",
  description: "The default comes first.",
  responses: { 200: answers("The models.", WholeListOf(Model)), ...refusals(401) },
});

const regenerate = createRoute({
  ...signedIn({ doing: "regenerate answer", denied: "No permission to send message in this conversation" }),
  operationId: "regenerateAnswer",
  method: "post",
  path: "/messages/{messageId}/regenerate",
  tags,
  summary: "Have an answer written anew",
  description: "For the whole conversation, in the place of the answer there is, whose words become a variant. An attempt that is waiting or being written is answered instead of another. Counts as a post.",
  request: { params: MessagePath, headers: MakingKey, body: optionalBody(Regenerating) },
  responses: { 201: answers("The run that writes it.", Run), ...refusals(...WRITING, 404, 409) },
});

const get = createRoute({
  ...signedIn({ doing: "get run", missing: "Run not found" }),
  operationId: "getRun",
  method: "get",
  path: "/runs/{runId}",
  tags,
  summary: "How an answer is coming along",
  request: { params: RunPath },
  responses: { 200: answers("The run and its words so far.", Run), ...refusals(401, 404) },
});

const stop = createRoute({
  ...signedIn({ doing: "stop answer", denied: "No permission to stop this answer", missing: "Run not found" }),
  operationId: "stopRun",
  method: "post",
  path: "/runs/{runId}/stop",
  tags,
  summary: "Stop an answer",
  description: "For whoever asked, and the conversation's OWNER and ADMINs. What was written stays. Of an answer that has ended it does nothing.",
  request: { params: RunPath },
  responses: { 200: isDone("It ends within a second."), ...refusals(...WRITING, 404) },
});
