import { createRoute } from "@hono/zod-openapi";
import type { CallerOf } from "@tertulia/auth/callers";
import { getAccount } from "@tertulia/core/accounts/get-account";
import { registerAccount } from "@tertulia/core/accounts/register-account";
import { signIn } from "@tertulia/core/accounts/sign-in";
import { signOut } from "@tertulia/core/accounts/sign-out";
import type { Core } from "@tertulia/core/core";
import { answers, body, done, isDone, refusals, success, WRITING } from "./answers.ts";
import { Login, loginOf, NewAccount, SignedIn } from "./auth.ts";
import type { RestApp } from "./rest-env.ts";
import { Account } from "./user.ts";
import { open, signedIn } from "./who-asks.ts";

const tags = ["Signing in"];

export function authRoutes(app: RestApp, core: Core, callerOf: CallerOf): void {
  app.openapi(register, async (c) => c.json(success(await registerAccount(core, c.req.valid("json"), callerOf(c.env.incoming))), 201));
  app.openapi(login, async (c) => c.json(success(await signIn(core, loginOf(c.req.valid("json")), callerOf(c.env.incoming))), 200));
  app.openapi(logout, async (c) => {
    await signOut(core, c.get("actor"));
    return c.json(done("Signed out successfully"), 200);
  });
  app.openapi(me, async (c) => c.json(success(await getAccount(core, c.get("actor"))), 200));
}

const register = createRoute({
  ...open({ doing: "register" }),
  operationId: "register",
  method: "post",
  path: "/auth/register",
  tags,
  summary: "Make an account",
  description:
    "Makes an account and signs it in. The first account of a server becomes its ADMIN; where the server listens beyond its own machine, that one needs the setup code which the server printed when it started. Servers may be closed to new accounts (403).",
  request: { body: body(NewAccount) },
  responses: { 201: answers("The account, and a token that speaks for it.", SignedIn), ...refusals(403, 409, 413, 415) },
});

const login = createRoute({
  ...open({ doing: "sign in" }),
  operationId: "login",
  method: "post",
  path: "/auth/login",
  tags,
  summary: "Sign in",
  description: "Answers a token, good for 30 days, to be shown as `Authorization: Bearer <token>`. Whatever is wrong, the name or the password, the refusal is the same. After 5 wrong passwords within 15 minutes the account can't be tried again from that address for a while.",
  request: { body: body(Login) },
  responses: { 200: answers("The account, and a token that speaks for it.", SignedIn), ...refusals(...WRITING) },
});

const logout = createRoute({
  ...signedIn({ doing: "sign out" }),
  operationId: "logout",
  method: "post",
  path: "/auth/logout",
  tags,
  summary: "Sign out",
  description: "Ends the session whose token was shown. Its WebSocket connections close within a second.",
  responses: { 200: isDone("The token is good for nothing any more."), ...refusals(...WRITING) },
});

const me = createRoute({
  ...signedIn({ doing: "get account" }),
  operationId: "getMe",
  method: "get",
  path: "/auth/me",
  tags,
  summary: "Who am I?",
  responses: { 200: answers("My account.", Account), ...refusals(401) },
});
