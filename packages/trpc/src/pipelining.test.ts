import { testDatabases } from "@tertulia/db/testing/open-test-database";
import * as limits from "@tertulia/model/limits";
import type { RunningServer } from "@tertulia/server/server";
import { type Cast, gatherCast, type Person } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Frame, RawSocket } from "../test/raw-socket.ts";
import { stockClient } from "../test/stock-client.ts";

describe.each(testDatabases())("posts that don't wait for each other's answers, on %s", (database) => {
  let server: RunningServer;
  let cast: Cast;
  beforeAll(async () => {
    server = await startTestServer({ database });
    cast = await gatherCast(server.core);
  });
  afterAll(() => server.close());

  /** Some have to look something up before they can be admitted, which takes longer. */
  const words = (number: number) => (number % 3 === 0 ? `${number} @tomas` : `${number}`);
  const post = (number: number) => ({ roomId: cast.room.id, clientId: crypto.randomUUID(), content: words(number) });
  const numbersIn = async (from: number) => {
    await using client = stockClient(server.url, cast.mira);
    const { items } = await client.http.messages.list.query({ roomId: cast.room.id, after: from, limit: 100 });
    return items.map(({ content }) => Number.parseInt(content, 10));
  };
  const headSeq = async (person: Person) => {
    await using client = stockClient(server.url, person);
    return (await client.http.messages.list.query({ roomId: cast.room.id, limit: 1 })).headSeq;
  };
  const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

  test("[A24] on one socket are stored in the order they were sent, and answered in it", async () => {
    const before = await headSeq(cast.mira);
    await using socket = await RawSocket.open(server.url, { token: cast.mira.token });
    for (const number of upTo(100)) socket.call(number, "messages.post", post(number), "mutation");
    await Promise.all(upTo(100).map((number) => socket.answer(number)));
    expect(await numbersIn(before)).toEqual(upTo(100));
    const answered = socket.heard.flatMap((frame) => (isAnswer(frame) ? [frame.id] : []));
    expect(answered).toEqual(upTo(100));
  });

  test("[A24] in one HTTP batch are stored in its order, and so are those of a frame that is a batch", async () => {
    const before = await headSeq(cast.mira);
    await using client = stockClient(server.url, cast.mira);
    const batch = upTo(limits.callsPerBatch);
    const answers = await Promise.all(batch.map((number) => client.http.messages.post.mutate(post(number))));
    expect(answers.map(({ content }) => Number.parseInt(content, 10))).toEqual(batch);
    expect(await numbersIn(before)).toEqual(batch);

    const between = await headSeq(cast.mira);
    await using socket = await RawSocket.open(server.url, { token: cast.mira.token });
    socket.say(batch.map((id) => ({ id, method: "mutation", params: { path: "messages.post", input: post(id) } })));
    await Promise.all(batch.map((id) => socket.answer(id)));
    expect(await numbersIn(between)).toEqual(batch);
  });
});

const isAnswer = (frame: unknown): frame is Frame => typeof frame === "object" && frame !== null && "id" in frame && "result" in frame && typeof frame.id === "number";
