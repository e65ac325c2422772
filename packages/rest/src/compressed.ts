import { compress } from "hono/compress";
import { createMiddleware } from "hono/factory";

const WORTH_IT_BYTES = 1_024;

/** Long answers come compressed to whoever takes them so. Put `withLength` inside of it: short ones it tells by their length. */
export const compressed = compress({ threshold: WORTH_IT_BYTES });

/** Says how long an answer is, to whoever asks for nothing but that (HEAD), too. */
export const withLength = createMiddleware(async (c, next) => {
  await next();
  const body = await c.res.arrayBuffer();
  c.res = new Response(body, c.res);
  c.header("Content-Length", String(body.byteLength));
});
