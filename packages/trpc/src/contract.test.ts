import type { FollowedEvent } from "@tertulia/model/events";
import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen } from "../test/ear.ts";
import { stockClient } from "../test/stock-client.ts";

describe.each([{ fastPath: true }, { fastPath: false }])("a stock client, fast path $fastPath", ({ fastPath }) => {
  let server: RunningServer;
  let cast: Cast;
  beforeAll(async () => {
    server = await startTestServer({ fastPath });
    cast = await gatherCast(server.core);
  });
  afterAll(() => server.close());

  test("what one posts, the other hears", async () => {
    await using mira = stockClient(server.url, cast.mira);
    await using tomas = stockClient(server.url, cast.tomas);
    const roomId = cast.room.id;
    const ear = listen<{ id: string; data: FollowedEvent[] }>((listener) => tomas.socket.messages.follow.subscribe({ roomId }, listener));
    await ear.until((heard) => heard.length > 0);
    expect(ear.heard[0]?.data).toEqual([]);
    const message = await mira.socket.messages.post.mutate({ roomId, clientId: crypto.randomUUID(), content: "Tea?" });
    const batch = await ear.until((heard) => heard.find(({ data }) => data.some((event) => event.type === "message.posted")));
    expect(batch.id).toBe(String(message.seq));
    expect(batch.data).toEqual([expect.objectContaining({ type: "message.posted", message, seq: message.seq, roomId })]);
  });
});
