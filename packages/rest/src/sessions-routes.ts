import { createRoute } from "@hono/zod-openapi";
import type { Core } from "@tertulia/core/core";
import { createToken } from "@tertulia/core/sessions/create-token";
import { listSessions } from "@tertulia/core/sessions/list-sessions";
import { revokeSession } from "@tertulia/core/sessions/revoke-session";
import { answers, body, done, isDone, page, refusals, success, WholeListOf, WRITING } from "./answers.ts";
import type { RestApp } from "./rest-env.ts";
import { CreatedToken, NewToken, SessionPath, UserSession } from "./session.ts";
import { signedIn } from "./who-asks.ts";

const tags = ["Signing in"];

export function sessionsRoutes(app: RestApp, core: Core): void {
  app.openapi(list, async (c) => c.json(page(await listSessions(core, c.get("actor"))), 200));
  app.openapi(revoke, async (c) => {
    await revokeSession(core, c.get("actor"), { id: c.req.valid("param").sessionId });
    return c.json(done("Session ended successfully"), 200);
  });
  app.openapi(create, async (c) => c.json(success(await createToken(core, c.get("actor"), c.req.valid("json"))), 201));
}

const list = createRoute({
  ...signedIn({ doing: "get sessions" }),
  operationId: "listSessions",
  method: "get",
  path: "/auth/sessions",
  tags,
  summary: "Where I am signed in",
  description: "Browsers, programs and API tokens that speak for me, the last used first.",
  responses: { 200: answers("My sessions.", WholeListOf(UserSession)), ...refusals(401) },
});

const revoke = createRoute({
  ...signedIn({ doing: "end session", missing: "Session not found" }),
  operationId: "revokeSession",
  method: "delete",
  path: "/auth/sessions/{sessionId}",
  tags,
  summary: "End a session, or revoke an API token",
  description: "Its token is good for nothing from then on, and its WebSocket connections close within a second.",
  request: { params: SessionPath },
  responses: { 200: isDone("It has ended."), ...refusals(...WRITING, 404) },
});

const create = createRoute({
  ...signedIn({ doing: "create token" }),
  operationId: "createToken",
  method: "post",
  path: "/auth/tokens",
  tags,
  summary: "Make an API token",
  description:
    "A token for a program of mine, which may do whatever I may. It is listed and revoked among my sessions. `Idempotency-Key` isn't taken here, since the answer holds a secret that is kept nowhere: whoever didn't hear it revokes the token and makes another.",
  request: { body: body(NewToken) },
  responses: { 201: answers("The token.", CreatedToken), ...refusals(...WRITING, 409) },
});
