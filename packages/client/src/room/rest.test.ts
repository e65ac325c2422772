import { postMessage } from "@tertulia/core/messages/post-message";
import { type Line, layLine } from "@tertulia/testing/line";
import { until } from "@tertulia/testing/until";
import { afterEach, expect, it, vi } from "vitest";
import { holdAnswer } from "../../test/held-answers.ts";
import { newRoomOf } from "../../test/new-room.ts";
import { says } from "../../test/shown.ts";
import { StorageInMemory } from "../../test/storage-in-memory.ts";
import { setStage } from "../../test/stage.ts";
import type { LiveRoom } from "../create-tertulia.ts";

const stage = setStage();
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function newLine(): Promise<Line> {
  const line = await layLine(stage.server.url);
  stage.closing(line);
  return line;
}

const say = (roomId: string, content: string) => postMessage(stage.server.core, stage.cast.mira.actor, { roomId, clientId: crypto.randomUUID(), content, type: "text" });

/** A room as tomas saw it in an earlier page. */
async function keptRoom() {
  const disk = new StorageInMemory();
  const roomId = await newRoomOf(stage.cast, stage.server.core, [stage.cast.tomas]);
  await say(roomId, "before");
  const page = stage.clientOf(stage.cast.tomas, stage.server.url, disk);
  await until(page.room(roomId), says("before"));
  await vi.waitFor(async () => expect(await disk.get("person", "account")).toBeDefined());
  await page.close();
  return { disk, roomId };
}

/** Looks at a room until it's as wanted, and then longer away than it lingers. */
async function lookAndLeave(room: LiveRoom, isAsWanted: Parameters<typeof until<ReturnType<LiveRoom["get"]>>>[1]): Promise<void> {
  const leave = room.subscribe(() => {});
  await until(room, isAsWanted);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  leave();
  vi.advanceTimersByTime(1_100);
  vi.useRealTimers();
}

/** How often rooms were asked for whole. */
function countOpenings(): () => number {
  const fetching = vi.spyOn(globalThis, "fetch");
  return () => fetching.mock.calls.filter(([address]) => typeof address === "string" && address.includes("rooms.open")).length;
}

it("a room that was kept long ago is opened afresh, though one left it before that could be done", async () => {
  const { disk, roomId } = await keptRoom();
  await disk.put("person", "ages", [[roomId, Date.now() - 2 * 60 * 60_000]]);
  await say(roomId, "meanwhile");
  const line = await newLine();
  line.refuse();
  const tomas = stage.clientOf(stage.cast.tomas, line.url, disk);
  const room = tomas.room(roomId);
  await lookAndLeave(room, says("before"));
  const openings = countOpenings();
  line.leadTo(stage.server.url);
  tomas.connection.retryNow();
  await until(tomas.connection, ({ status }) => status === "online");
  await until(room, says("before", "meanwhile"));
  expect(openings()).toBe(1);
});

it("a room that one left before it could be opened isn't asked for any more", async () => {
  const roomId = await newRoomOf(stage.cast, stage.server.core, [stage.cast.tomas]);
  const line = await newLine();
  const tomas = stage.clientOf(stage.cast.tomas, line.url);
  await until(tomas.account, (account) => account !== null);
  line.refuse();
  line.cut();
  const openings = countOpenings();
  const leave = tomas.room(roomId).subscribe(() => {});
  await vi.waitFor(() => expect(openings()).toBe(1));
  await Promise.allSettled(vi.mocked(fetch).mock.results.map(({ value }) => value));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  leave();
  vi.advanceTimersByTime(1_100);
  vi.useRealTimers();
  const before = openings();
  line.leadTo(stage.server.url);
  tomas.connection.retryNow();
  await until(tomas.inbox, ({ status }) => status === "ready");
  expect(openings()).toBe(before);
});

it("a room that one has just left isn't opened again because it was someone else's", async () => {
  const { disk, roomId } = await keptRoom();
  const held = holdAnswer("account.me");
  const openings = countOpenings();
  const mira = stage.clientOf(stage.cast.mira, stage.server.url, disk);
  const leave = mira.room(roomId).subscribe(() => {});
  await until(mira.room(roomId), says("before"));
  await held.reached;
  leave();
  held.end();
  mira.post(roomId, { content: "Tea?" });
  await until(mira.outbox, ({ items }) => items.length === 0);
  expect(openings()).toBe(0);
  expect(mira.room(roomId).get()).toMatchObject({ status: "opening", messages: [] });
});
