import { createMiddleware } from "hono/factory";

/** No cache keeps an answer, unless it says itself that it may: what one person reads is no one else's (quality B41). */
export const privately = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "private, no-store");
});
