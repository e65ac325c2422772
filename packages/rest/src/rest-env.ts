import type { OpenAPIHono } from "@hono/zod-openapi";
import type { HttpBindings } from "@hono/node-server";
import type { Identity } from "@tertulia/auth/identity";
import type { Words } from "./words.ts";

/** What every request brings along. */
export interface RestEnv {
  Bindings: HttpBindings & { /** The request's name in log and answers. */ requestId: string };
  Variables: {
    identity: Identity;
    words: Words;
  };
}

export type RestApp = OpenAPIHono<RestEnv>;
