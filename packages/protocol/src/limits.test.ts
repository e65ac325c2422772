import { subscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { postMessage } from "@tertulia/core/messages/post-message";
import * as limits from "@tertulia/model/limits";
import { forEveryRole } from "@tertulia/testing/for-every-role";
import { expect, test } from "vitest";
import { z } from "zod";
import { Client } from "../test/client.ts";
import { setStage } from "../test/stage.ts";

const LONG = "汉".repeat(10_000);

test("[L1, B10] the 31st message within any minute is refused, over all of one's connections; a replay never is, and nothing is stored", async () => {
  await using stage = await setStage({ postsPerMinute: forEveryRole(30) });
  const { mira, tomas, room } = stage.cast;
  await using laptop = await stage.enter(mira);
  await using phone = await stage.enter(mira);
  await using tomases = await stage.enter(tomas);
  const id = crypto.randomUUID();
  const first = { room_id: room.id, content: "0", message_type: "text" };
  const answer = await laptop.asks("message", first, { id });
  await stage.pass(20_000, laptop, phone, tomases);
  for (let post = 1; post < 30; post++) expect((await (post % 2 === 0 ? laptop : phone).posts(room.id, `${post}`)).type).toBe("message_received");
  const reset_time = new Date(stage.clock.now() + 40_000).toISOString();
  expect((await phone.posts(room.id, "30")).data).toMatchObject({ code: "RATE_LIMITED", details: { limit: 30, reset_time, retry_after_ms: 40_000 } });
  expect((await phone.asks("message", first, { id })).data).toEqual(answer.data);
  await stage.pass(40_000, laptop, phone, tomases);
  expect((await phone.posts(room.id, "31")).type).toBe("message_received");
  expect((await phone.posts(room.id, "32")).data).toMatchObject({ code: "RATE_LIMITED" });
  await tomases.hears("message", ({ data }) => data.message.content === "31");
  expect(tomases.frames("message").map(({ data }) => data.message.content)).toEqual([...Array.from({ length: 30 }, (_, post) => `${post}`), "31"]);
});

test("[L2] past 600 frames a minute each is refused; if that goes on in the next minute, it is closed with 4429", async () => {
  await using stage = await setStage();
  await using miras = await stage.enter(stage.cast.mira);
  const pings = (count: number) => Array.from({ length: count }, () => miras.say("ping"));
  pings(limits.framesPerMinute - 1);
  const beyond = miras.say("ping");
  const refused = await miras.hears("error", ({ data }) => data.request_id === beyond);
  expect(refused.data).toMatchObject({ code: "RATE_LIMITED", details: { limit: limits.framesPerMinute, retry_after_ms: expect.any(Number) } });
  expect(miras.frames("pong")).toHaveLength(limits.framesPerMinute);
  await stage.pass(60_000, miras);
  pings(limits.framesPerMinute);
  miras.say("ping");
  expect((await miras.closed).code).toBe(4429);
});

test("[L3] who doesn't read is closed with 4503 and resumes with nothing lost, and nobody else waits for them", async () => {
  await using stage = await setStage();
  const { mira, tomas, room } = stage.cast;
  await using reader = await stage.enter(mira);
  await using sleeper = await stage.enter(tomas);
  const say = (clientId: string) => postMessage(stage.server.core, mira.actor, { roomId: room.id, clientId, content: LONG, type: "text" });
  const { seq: first } = await say("first");
  await sleeper.hears("message");
  netOf(sleeper).pause();
  for (let post = 0; post < 700; post += 10) await Promise.all(Array.from({ length: 10 }, (_, index) => say(`${post + index}`)));
  await reader.until((heard) => heard.filter(({ type }) => type === "message").length === 701);
  // 21 MB were said; 1 MiB may wait for a reader, beside what the network holds.
  netOf(sleeper).resume();
  // The close waits behind what wasn't read; the connection may be cut without it.
  expect([4503, 1006]).toContain((await sleeper.closed).code);
  expect(await droppedAt(stage.server.url)).toBe(1);
  const before = sleeper.frames("message").map(({ data }) => data.seq);
  expect(before.length).toBeLessThan(701);
  await using again = await Client.open(stage.server.url, { clock: stage.clock, headers: { authorization: `Bearer ${tomas.token}` } });
  expect((await again.asks("resume", { rooms: { [room.id]: before.at(-1) } })).data).toMatchObject({ reset: [] });
  expect([...before, ...again.frames("message").map(({ data }) => data.seq)]).toEqual(Array.from({ length: 701 }, (_, index) => first + index));
});

test("[L3] what is resumed on a slow line doesn't count as falling behind, and is held one room at a time; what is said meanwhile comes after it", async () => {
  await using stage = await setStage();
  const { mira, tomas } = stage.cast;
  const rooms = await Promise.all(Array.from({ length: 5 }, () => stage.newRoom()));
  const say = (roomId: string, content: string) => postMessage(stage.server.core, mira.actor, { roomId, clientId: crypto.randomUUID(), content, type: "text" });
  const places = Object.fromEntries(await Promise.all(rooms.map(async (roomId) => [roomId, (await say(roomId, "Seen")).seq])));
  const backlogBytes = 100 * Buffer.byteLength(LONG);
  for (const roomId of rooms) await Promise.all(Array.from({ length: 100 }, () => say(roomId, LONG)));
  await using sleeper = await Client.open(stage.server.url, { clock: stage.clock, headers: { authorization: `Bearer ${tomas.token}` } });
  const theirs = serversEndOf(sleeper);
  netOf(sleeper).pause();
  const resume = sleeper.say("resume", { rooms: places });
  const ping = sleeper.say("ping");
  await expect.poll(() => theirs.writableLength).toBeGreaterThan(0);
  for (const roomId of rooms) await say(roomId, "Live");
  expect(theirs.writableLength).toBeLessThan(1.5 * backlogBytes);
  netOf(sleeper).resume();
  await sleeper.hears("resumed");
  await sleeper.hears("pong");
  for (const roomId of rooms) {
    await sleeper.hears("message", ({ data }) => data.message.room_id === roomId && data.message.content === "Live");
    const seqs = sleeper.frames("message").filter(({ data }) => data.message.room_id === roomId).map(({ data }) => data.seq);
    expect(seqs).toEqual(Array.from({ length: 101 }, (_, index) => Number(places[roomId]) + 1 + index));
  }
  const answers = sleeper.heard.filter(({ type }) => type === "resumed" || type === "pong").map(({ id }) => id);
  expect(answers).toEqual([resume, `pong_${ping}`]);
});

test("[E6] who asks and asks waits outside while much is unanswered: it isn't read, and nothing of it is lost", async () => {
  await using stage = await setStage();
  const { mira } = stage.cast;
  const rooms = await Promise.all(Array.from({ length: 4 }, () => stage.newRoom()));
  await using miras = await stage.enter(mira);
  const ids = Array.from({ length: 500 }, (_, post) => miras.say("message", { room_id: rooms[post % 4], content: `${post}`, message_type: "text" }));
  await miras.until((heard) => heard.filter(({ type }) => type === "message_received").length === ids.length);
  expect(miras.frames("message_received").map(({ id }) => id)).toEqual(ids);
});

test("[E8] the server pings every 25 s, and who is silent for 35 s is closed with 4408", async () => {
  await using stage = await setStage();
  await using alive = await stage.enter(stage.cast.mira);
  const silent = await Client.open(stage.server.url, { clock: stage.clock, headers: { authorization: `Bearer ${stage.cast.tomas.token}` } });
  let pings = 0;
  silent.ws.on("ping", () => pings++);
  Reflect.set(silent.ws, "_autoPong", false);
  await stage.pass(26_000, alive);
  expect(pings).toBe(1);
  await stage.pass(11_000, alive);
  expect((await silent.closed).code).toBe(4408);
  await alive.reached();
});

test("[E8] who isn't read because much of theirs is unanswered isn't taken for silent, as long as they take what they are sent", async () => {
  await using stage = await setStage();
  const { mira, tomas, room } = stage.cast;
  const say = () => postMessage(stage.server.core, mira.actor, { roomId: room.id, clientId: crypto.randomUUID(), content: LONG, type: "text" });
  const { seq } = await say();
  for (let part = 0; part < 18; part++) await Promise.all(Array.from({ length: 50 }, say));
  await using slow = await Client.open(stage.server.url, { clock: stage.clock, headers: { authorization: `Bearer ${tomas.token}` } });
  const net = netOf(slow);
  const theirs = serversEndOf(slow);
  slow.say("resume", { rooms: { [room.id]: seq } });
  for (let ping = 0; ping < 100; ping++) slow.say("ping");
  await slow.hears("message");
  net.pause();
  for (let second = 0; second < 45; second++) {
    stage.clock.move(1_000);
    const before = slow.heard.length;
    net.resume();
    await slow.until((heard) => heard.length >= before + 10);
    net.pause();
  }
  expect(theirs.isPaused()).toBe(true);
  net.resume();
  await slow.until((heard) => heard.filter(({ type }) => type === "pong").length === 100);
  expect(slow.frames("message")).toHaveLength(900);
});

/** How many the server has closed since they didn't read. */
async function droppedAt(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^tertulia_slow_readers_dropped_total (\d+)$/m.exec(metrics)?.[1]);
}

const serversEnds: Socket[] = [];
subscribe("net.server.socket", (message) => {
  const { socket } = Opened.parse(message);
  serversEnds.push(socket);
});
const Opened = z.object({ socket: z.instanceof(Socket) });

const netOf = ({ ws }: Client): Socket => z.instanceof(Socket).parse(Reflect.get(ws, "_socket"));

function serversEndOf(client: Client): Socket {
  const { localPort } = netOf(client);
  const found = serversEnds.find(({ remotePort }) => remotePort === localPort);
  if (!found) throw new Error("The server has no such connection");
  return found;
}
