import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { CallerOf } from "@tertulia/auth/callers";
import type { Identities } from "@tertulia/auth/identity";
import type { Origins } from "@tertulia/auth/origins";
import type { Core } from "@tertulia/core/core";
import { Refusal, validationRefusal } from "@tertulia/model/refusals";
import { methodNotAllowed } from "hono/method-not-allowed";
import { getPath } from "hono/utils/url";
import { announcementsRoutes } from "./announcements-routes.ts";
import { assistantsRoutes } from "./assistants-routes.ts";
import { authRoutes } from "./auth-routes.ts";
import { compressed, withLength } from "./compressed.ts";
import { conversationsRoutes } from "./conversations-routes.ts";
import { docsRoutes } from "./docs-routes.ts";
import { failure, methodFailure, noRequest } from "./failure.ts";
import { healthRoutes } from "./health-routes.ts";
import { messagesRoutes } from "./messages-routes.ts";
import { participantsRoutes } from "./participants-routes.ts";
import { privately } from "./privately.ts";
import { reactionsRoutes } from "./reactions-routes.ts";
import { readsRoutes } from "./reads-routes.ts";
import { REST_PATH } from "./rest-path.ts";
import type { RestApp, RestEnv } from "./rest-env.ts";
import { sessionsRoutes } from "./sessions-routes.ts";
import { takeBody } from "./take-body.ts";
import { usersRoutes } from "./users-routes.ts";
import { askedByAnyone, identify } from "./who-asks.ts";
import { withinBudget } from "./within-budget.ts";

export interface DoorParts {
  core: Core;
  identities: Identities;
  origins: Origins;
  callerOf: CallerOf;
  /** Tertulia's version. */
  version: string;
}

/** REST for programs in any language: `/api/v1/…`, described by `/api/v1/openapi.json`. */
export function openRestDoor(parts: DoorParts) {
  const app = restApp(parts);

  return function serve(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const listener = getRequestListener((asked) => app.fetch(asked, { incoming: request, outgoing: response, requestId }), {
      // Nothing here may replace the Request and Response that everything else in this process knows.
      overrideGlobalObjects: false,
      errorHandler: (error) => noRequest(error, requestId),
    });
    return listener(request, response);
  };
}

/** What may be long. */
const LISTS = ["/conversations", "/conversations/:conversationId/messages", "/conversations/:conversationId/participants"];

/** Behind REST_PATH; of an address that leads out of it the root, where there is nothing. */
function ownPath(request: Request): string {
  const path = getPath(request);
  return path.startsWith(`${REST_PATH}/`) ? path.slice(REST_PATH.length) : "/";
}

/** Every route, behind what all of them ask first. */
function restApp({ core, identities, origins, callerOf, version }: DoorParts): RestApp {
  const app: RestApp = new OpenAPIHono<RestEnv>({
    getPath: ownPath,
    defaultHook: (result) => {
      if (!result.success) throw validationRefusal(result.error, "data" in result ? result.data : undefined);
    },
  });
  app.onError((error, c) => failure(core, c, error));
  app.notFound((c) => failure(core, c, new Refusal("NOT_FOUND")));

  const counted = withinBudget(core, callerOf);
  app.use(privately);
  app.use(methodNotAllowed({ app, onMethodNotAllowed: methodFailure }));

  // The same for everyone, and there also while the database isn't.
  for (const path of ["/health", "/openapi.json", "/docs", "/docs/*"]) app.get(path, askedByAnyone, counted);
  healthRoutes(app, version);
  docsRoutes(app, version);

  app.use(identify({ identities, origins }));
  app.use(counted);
  app.use(takeBody);
  for (const path of LISTS) app.get(path, compressed, withLength);
  authRoutes(app, core, callerOf);
  sessionsRoutes(app, core);
  usersRoutes(app, core);
  conversationsRoutes(app, core);
  participantsRoutes(app, core);
  messagesRoutes(app, core);
  reactionsRoutes(app, core);
  readsRoutes(app, core);
  assistantsRoutes(app, core);
  announcementsRoutes(app, core);
  return app;
}
