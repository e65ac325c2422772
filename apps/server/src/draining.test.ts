import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import { hasRedis, startRedis } from "@tertulia/events/testing/redis-server";
import { gatherCast } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import type { RunningServer } from "./server.ts";

test("[A37] what was asked when it is told to stop is answered before the connection closes, and what is asked then is not heard", async () => {
  await using database = await openTestDatabase();
  const server = await startTestServer({ database });
  const { mira, room } = await gatherCast(server.core);
  const { socket, said, closed } = await connect(server, mira.token);
  const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = server.core.db.transaction().execute(async () => {
    begun.resolve();
    await goOn.promise;
  });
  await begun.promise;
  socket.send(post(1, room.id, "Tea?"));
  await expect.poll(() => database.use().waiting).toBe(1);
  const ended = server.close();
  socket.send(post(2, room.id, "Too late"));
  goOn.resolve();
  await holding;
  const { code, reason } = await closed;
  expect(said).toEqual([expect.objectContaining({ id: 1, result: expect.objectContaining({ type: "data" }) })]);
  expect(code).toBe(1012);
  expect(JSON.parse(reason)).toEqual({ retryAfterMs: expect.any(Number) });
  await ended;
});

test.skipIf(!hasRedis)("[A37] one of several nodes says that it isn't ready while it still serves everyone, so that a proxy turns away in time", async () => {
  await using redis = await startRedis();
  const server = await startTestServer({ redisUrl: redis.url });
  const { mira, room } = await gatherCast(server.core);
  const ready = async () => (await fetch(`${server.url}/readyz`)).status;
  expect(await ready()).toBe(200);
  const { socket, said } = await connect(server, mira.token);
  const ended = server.close();
  const asked = ready();
  socket.send(post(1, room.id, "Tea?"));
  expect(await asked).toBe(503);
  await expect.poll(() => said).toEqual([expect.objectContaining({ id: 1, result: expect.objectContaining({ type: "data" }) })]);
  await ended;
  await expect(ready()).rejects.toThrow("fetch failed");
});

const post = (id: number, roomId: string, content: string) => JSON.stringify({ id, method: "mutation", params: { path: "messages.post", input: { roomId, clientId: content, content } } });

async function connect(server: RunningServer, token: string) {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/trpc`, { headers: { authorization: `Bearer ${token}` } });
  const said: unknown[] = [];
  socket.on("message", (data: Buffer) => said.push(JSON.parse(data.toString("utf8"))));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() })));
  await new Promise((resolve) => socket.once("open", resolve));
  // Answered once, it is seated: what is read for that holds up nothing any more.
  socket.send(JSON.stringify({ id: 0, method: "query", params: { path: "system.ping" } }));
  await expect.poll(() => said.length).toBe(1);
  said.length = 0;
  return { socket, said, closed };
}
