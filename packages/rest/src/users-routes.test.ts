import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ask, openAsk } from "../test/ask.ts";

let server: RunningServer;
let cast: Cast;
let ask: Ask;
beforeAll(async () => {
  server = await startTestServer();
  cast = await gatherCast(server.core);
  ask = await openAsk(server.url);
});
afterAll(() => server.close());

test("people are found by name, and known by their public side alone", async () => {
  expect((await ask(cast.wen, "GET", "/users?q=tom")).data).toMatchObject({ items: [{ username: "tomas" }], nextCursor: null, previousCursor: null });
  const { id, username, displayName, avatarUrl, kind } = cast.tomas.account;
  expect((await ask(cast.wen, "GET", `/users/${id}`)).data).toEqual({ id, username, displayName, avatarUrl, kind });
  expect((await ask(cast.wen, "GET", `/users/${cast.room.id}`)).failure).toMatchObject({ error: "User not found", code: "NOT_FOUND" });
  expect((await ask(cast.wen, "GET", "/users")).failure.details).toEqual({ field: "q", reason: "REQUIRED_FIELD" });
});

test("people change how they are called, and what they read, and nothing else of their account", async () => {
  const answer = await ask(cast.wen, "PATCH", "/users/me", { body: { displayName: "Wen of the hills", locale: "zh-CN" } });
  expect(answer.data).toMatchObject({ id: cast.wen.account.id, displayName: "Wen of the hills", locale: "zh-CN" });
  expect((await ask(cast.wen, "PATCH", "/users/me", { body: { role: "ADMIN" } })).failure.details).toEqual({ field: "role", reason: "INVALID_VALUE" });
});
