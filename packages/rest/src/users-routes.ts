import { createRoute } from "@hono/zod-openapi";
import { updateAccount } from "@tertulia/core/accounts/update-account";
import type { Core } from "@tertulia/core/core";
import { getUser } from "@tertulia/core/users/get-user";
import { searchUsers } from "@tertulia/core/users/search-users";
import { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { SearchUsers } from "@tertulia/model/users";
import { z } from "zod";
import { answers, body, page, refusals, success, WholeListOf, WRITING } from "./answers.ts";
import type { RestApp } from "./rest-env.ts";
import { Account, DisplayName, Locale, User } from "./user.ts";
import { signedIn } from "./who-asks.ts";

const tags = ["People"];

export function usersRoutes(app: RestApp, core: Core): void {
  app.openapi(update, async (c) => c.json(success(await updateAccount(core, c.get("actor"), c.req.valid("json"))), 200));
  app.openapi(search, async (c) => c.json(page(await searchUsers(core, c.get("actor"), c.req.valid("query"))), 200));
  app.openapi(get, async (c) => c.json(success(await getUser(core, c.get("actor"), { id: c.req.valid("param").userId })), 200));
}

const search = createRoute({
  ...signedIn({ doing: "search users" }),
  operationId: "searchUsers",
  method: "get",
  path: "/users",
  tags,
  summary: "Find people and assistants",
  description: "By a part of their username or display name, never by email; at most 20, those whose username begins with it first.",
  request: { query: z.strictObject({ q: SearchUsers.shape.q.meta({ description: "A part of a name.", minLength: 1, maxLength: limits.searchQueryChars, example: "mir" }) }) },
  responses: { 200: answers("Whom it found.", WholeListOf(User)), ...refusals(401) },
});

const get = createRoute({
  ...signedIn({ doing: "get user", missing: "User not found" }),
  operationId: "getUser",
  method: "get",
  path: "/users/{userId}",
  tags,
  summary: "One person or assistant",
  request: { params: z.strictObject({ userId: Id }) },
  responses: { 200: answers("Who it is.", User), ...refusals(401, 404) },
});

const AccountChanges = z.strictObject({ displayName: DisplayName.optional(), locale: Locale.optional() }).meta({ id: "AccountChanges" });

const update = createRoute({
  ...signedIn({ doing: "update account" }),
  operationId: "updateMe",
  method: "patch",
  path: "/users/me",
  tags,
  summary: "Change my account",
  description: "What isn't named stays as it is.",
  request: { body: body(AccountChanges) },
  responses: { 200: answers("My account as it is now.", Account), ...refusals(...WRITING) },
});
