import { gatherCast, type Person } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { expect, test } from "vitest";

const ask = (url: string, path: string, who: Person, body?: object) =>
  fetch(`${url}${path}`, {
    method: body ? "POST" : "GET",
    headers: { authorization: `Bearer ${who.token}`, ...(body ? { "content-type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
const rateLimitOf = ({ headers }: Response) => ["limit", "remaining", "reset"].map((name) => Number(headers.get(`ratelimit-${name}`)));
const upToAMinute = expect.toSatisfy((seconds: number) => seconds > 0 && seconds <= 60);

test("each answer tells how much more may be asked; past it REST and tRPC together are refused with the time to wait", async () => {
  await using server = await startTestServer({ requestsPerMinute: 3 });
  const { tomas, mira } = await gatherCast(server.core);
  expect(rateLimitOf(await ask(server.url, "/api/v1/conversations", tomas))).toEqual([3, 2, upToAMinute]);
  expect((await ask(server.url, "/api/trpc/system.ping", tomas)).status).toBe(200);
  expect(rateLimitOf(await ask(server.url, "/api/v1/conversations", tomas))).toEqual([3, 0, upToAMinute]);
  const refused = await ask(server.url, "/api/v1/conversations", tomas);
  expect(refused.status).toBe(429);
  expect(rateLimitOf(refused)).toEqual([3, 0, upToAMinute]);
  expect(Number(refused.headers.get("retry-after"))).toEqual(upToAMinute);
  expect(await refused.json()).toMatchObject({ success: false, code: "RATE_LIMITED", details: { limit: 3 } });
  expect((await ask(server.url, "/api/trpc/system.ping", tomas)).status).toBe(429);
  expect((await ask(server.url, "/api/v1/conversations", mira)).status).toBe(200);
});

test("[L1] what met another limit tells that one", async () => {
  await using server = await startTestServer({ postsPerMinute: 1 });
  const { tomas, room } = await gatherCast(server.core);
  const say = (content: string) => ask(server.url, `/api/v1/conversations/${room.id}/messages`, tomas, { content });
  expect((await say("Tea?")).status).toBe(201);
  const refused = await say("Coffee?");
  expect(refused.status).toBe(429);
  expect(rateLimitOf(refused)).toEqual([1, 0, upToAMinute]);
});
