import type { CallerOf } from "@tertulia/auth/callers";
import type { Core } from "@tertulia/core/core";
import { createMiddleware } from "hono/factory";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import type { RestEnv } from "./rest-env.ts";

/** Counts every request, once it is known who asks, and tells in its answer how many more there may be. @throws RATE_LIMITED */
export const withinBudget = (core: Core, callerOf: CallerOf) =>
  createMiddleware<RestEnv>(async (c, next) => {
    const left = await core.requestBudget.take(c.get("identity").actor, callerOf(c.env.incoming));
    for (const [name, value] of Object.entries(left ? rateLimitHeaders(left) : {})) c.header(name, value);
    await next();
  });
