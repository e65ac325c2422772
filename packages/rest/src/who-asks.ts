import type { Identities } from "@tertulia/auth/identity";
import type { Origins } from "@tertulia/auth/origins";
import { may, type Right } from "@tertulia/core/policy/policy";
import type { Actor } from "@tertulia/model/actor";
import { Refusal } from "@tertulia/model/refusals";
import { createMiddleware } from "hono/factory";
import type { RestEnv } from "./rest-env.ts";
import type { Words } from "./words.ts";

const READING = ["GET", "HEAD"];

/** Finds out who asks. A browser sends the cookie unasked, so it changes nothing but from a page of ours. @throws PERMISSION_DENIED FOREIGN_ORIGIN */
export const identify = ({ identities, origins }: { identities: Identities; origins: Origins }) =>
  createMiddleware<RestEnv>(async (c, next) => {
    const { headers } = c.env.incoming;
    const identity = await identities.actorFrom(headers);
    if (identity.by === "cookie" && !READING.includes(c.req.method) && !origins.isOurs(headers)) throw new Refusal("PERMISSION_DENIED", { reason: "FOREIGN_ORIGIN" });
    c.set("identity", identity);
    await next();
  });

/** For what is the same for everyone: nobody is looked up, whatever they show. */
export const askedByAnyone = createMiddleware<RestEnv>(async (c, next) => {
  c.set("identity", { by: "nothing", token: null, actor: null });
  await next();
});

/** What a route for anyone says of itself: it is open, and how it speaks. */
export const open = (words: Words) => ({ security: NOBODY, middleware: speaks(words) });

/** What a route for whoever is signed in says of itself. Its handler finds them as `actor`; who may do what is core's to say. */
export const signedIn = (words: Words) => ({ security: SOMEONE, middleware: [speaks(words), demandActor] satisfies [unknown, unknown] });

/** The same for administrators. For everyone else there is no such route, whatever they send. */
export const administrator = (right: Right, words: Words) => ({ security: SOMEONE, middleware: [speaks(words), demandActor, demandRight(right)] satisfies [unknown, unknown, unknown] });

const NOBODY: Record<string, string[]>[] = [];
const SOMEONE: Record<string, string[]>[] = [{ bearer: [] }, { cookie: [] }];

const speaks = (words: Words) =>
  createMiddleware<RestEnv>(async (c, next) => {
    c.set("words", words);
    await next();
  });

const demandActor = createMiddleware<RestEnv & { Variables: { actor: Actor } }>(async (c, next) => {
  const { by, actor } = c.get("identity");
  if (!actor) throw new Refusal("UNAUTHENTICATED", {}, by === "nothing" ? "Authentication token required" : "Authentication failed");
  c.set("actor", actor);
  await next();
});

const demandRight = (right: Right) =>
  createMiddleware<RestEnv & { Variables: { actor: Actor } }>(async (c, next) => {
    if (!may(right, { globalRole: c.get("actor").role })) throw new Refusal("NOT_FOUND");
    await next();
  });
