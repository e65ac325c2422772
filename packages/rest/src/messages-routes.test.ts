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

test("a message is posted", async () => {
  const { mira, room } = cast;
  const answer = await ask(mira, "POST", `/conversations/${room.id}/messages`, { body: { content: "Tea?" } });
  expect(answer.status).toBe(201);
  expect(answer.data).toMatchObject({ conversationId: room.id, userId: mira.account.id, content: "Tea?", role: "USER", type: "TEXT", status: "SENT", seq: 4 });
});
