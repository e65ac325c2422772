import { subscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { postMessage } from "@tertulia/core/messages/post-message";
import * as limits from "@tertulia/model/limits";
import { gatherCast } from "@tertulia/testing/cast";
import { startTestServer } from "@tertulia/testing/start-test-server";
import { expect, test } from "vitest";
import { z } from "zod";
import { RawSocket } from "../../test/raw-socket.ts";

const POSTS = 700;
const LONG = "汉".repeat(10_000);

test("[L3] who doesn't read is let go and resumes with nothing lost, and nobody else waits for them", async () => {
  await using server = await startTestServer();
  const { mira, tomas, room } = await gatherCast(server.core);
  const roomId = room.id;
  const follow = (socket: RawSocket, from: object = {}) => socket.say({ id: 1, method: "subscription", params: { path: "messages.follow", input: { roomId }, ...from } });
  await using reader = await RawSocket.open(server.url, mira);
  await using sleeper = await RawSocket.open(server.url, tomas);
  for (const socket of [reader, sleeper]) {
    follow(socket);
    await socket.hear(({ result }) => result?.type === "data");
  }

  Reflect.get(sleeper.ws, "_socket").pause();
  for (let post = 0; post < POSTS; post += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, index) => say(`${post + index}`)));
  }
  await reader.hear((frame) => seqsOf([frame]).includes(lastSeq));
  expect(seqsOf(reader.heard)).toHaveLength(POSTS);

  // 21 MB were said; 1 MiB may wait for a reader, beside what the network holds.
  Reflect.get(sleeper.ws, "_socket").resume();
  const { code } = await sleeper.closed;
  // The close waits behind what wasn't read; after two seconds the connection is cut without it.
  expect([4503, 1006]).toContain(code);
  const before = seqsOf(sleeper.heard);
  expect(before.length).toBeLessThan(POSTS);

  await using again = await RawSocket.open(server.url, tomas);
  follow(again, { lastEventId: String(before.at(-1) ?? firstSeq - 1) });
  await again.hear((frame) => seqsOf([frame]).includes(lastSeq));
  expect([...before, ...seqsOf(again.heard)]).toEqual(seqsOf(reader.heard));

  async function say(clientId: string): Promise<void> {
    const { seq } = await postMessage(server.core, mira.actor, { roomId, clientId, content: LONG, type: "text" });
    firstSeq = Math.min(firstSeq, seq);
    lastSeq = Math.max(lastSeq, seq);
  }
});

test("[L3] a long backlog on a slow line doesn't count as falling behind: what is said meanwhile comes after it", async () => {
  await using server = await startTestServer();
  const { mira, tomas, room } = await gatherCast(server.core);
  const roomId = room.id;
  const say = (clientId: string) => postMessage(server.core, mira.actor, { roomId, clientId, content: LONG, type: "text" });
  const { seq: first } = await say("first");
  for (let post = 0; post < 200; post += 20) await Promise.all(Array.from({ length: 20 }, (_, index) => say(`${post + index}`)));
  await using sleeper = await RawSocket.open(server.url, tomas);
  sleeper.say({ id: 1, method: "subscription", params: { path: "messages.follow", input: { roomId, after: first } } });
  await sleeper.hear(({ result }) => result?.type === "started");
  Reflect.get(sleeper.ws, "_socket").pause();
  const { seq: last } = await say("live");
  Reflect.get(sleeper.ws, "_socket").resume();
  await sleeper.hear((frame) => seqsOf([frame]).includes(last));
  expect(seqsOf(sleeper.heard)).toEqual(Array.from({ length: 201 }, (_, index) => first + 1 + index));
});

test("[A18] answers nobody reads don't pile up: who asks for 60 MB and takes none is let go", async () => {
  await using server = await startTestServer();
  const { mira, tomas, room } = await gatherCast(server.core);
  const input = { roomId: room.id, limit: 100 };
  await Promise.all(Array.from({ length: 100 }, (_, index) => postMessage(server.core, mira.actor, { roomId: room.id, clientId: `${index}`, content: LONG, type: "text" })));
  await using reader = await RawSocket.open(server.url, mira);
  await using sleeper = await RawSocket.open(server.url, tomas);
  await sleeper.reached();
  Reflect.get(sleeper.ws, "_socket").pause();
  for (let id = 0; id < 20; id++) sleeper.call(id, "messages.list", input);
  // Who reads what they asked for is answered all of it, 3 MB each.
  for (let id = 0; id < 20; id++) {
    reader.call(id, "messages.list", input);
    expect((await reader.answer(id)).result?.type).toBe("data");
  }
  Reflect.get(sleeper.ws, "_socket").resume();
  expect([4503, 1006]).toContain((await sleeper.closed).code);
  expect(sleeper.heard.length).toBeLessThan(20);
});

test("[L3] who asks for one long backlog 128 times is owed each, and while they read none of it holds no more than one", async () => {
  await using server = await startTestServer();
  const { mira, tomas, room } = await gatherCast(server.core);
  const say = (clientId: string) => postMessage(server.core, mira.actor, { roomId: room.id, clientId, content: LONG, type: "text" });
  const { seq: after } = await say("first");
  await Promise.all(Array.from({ length: 40 }, (_, index) => say(`${index}`)));
  const backlogBytes = 40 * Buffer.byteLength(LONG);
  const follows = Array.from({ length: limits.subscriptionsPerSocket }, (_, id) => ({ id, method: "subscription", params: { path: "messages.follow", input: { roomId: room.id, after } } }));

  await using sleeper = await RawSocket.open(server.url, tomas);
  await sleeper.reached();
  const theirs = serversEndOf(sleeper);
  Reflect.get(sleeper.ws, "_socket").pause();
  sleeper.say(follows);
  await expect.poll(() => theirs.writableLength).toBeGreaterThan(0);
  expect(theirs.writableLength).toBeLessThan(2 * backlogBytes);

  Reflect.get(sleeper.ws, "_socket").resume();
  for (const { id } of follows) await sleeper.hear((frame) => frame.id === id && seqsOf([frame]).includes(after + 40));
  expect(seqsOf(sleeper.heard)).toHaveLength(40 * follows.length);
});

let firstSeq = Infinity;
let lastSeq = 0;

const serversEnds: Socket[] = [];
subscribe("net.server.socket", (message) => {
  const { socket } = Opened.parse(message);
  serversEnds.push(socket);
});
const Opened = z.object({ socket: z.instanceof(Socket) });

function serversEndOf({ ws }: RawSocket): Socket {
  const { localPort } = z.instanceof(Socket).parse(Reflect.get(ws, "_socket"));
  const found = serversEnds.find(({ remotePort }) => remotePort === localPort);
  if (!found) throw new Error("The server has no such connection");
  return found;
}

const Events = z.object({ result: z.object({ data: z.object({ data: z.array(z.object({ type: z.string(), seq: z.int() })) }) }) });

/** The seqs of all messages in these frames, in the order they came. */
function seqsOf(frames: unknown[]): number[] {
  return frames.flatMap((frame) => {
    const events = Events.safeParse(frame).data?.result.data.data ?? [];
    return events.filter(({ type }) => type === "message.posted").map(({ seq }) => seq);
  });
}
