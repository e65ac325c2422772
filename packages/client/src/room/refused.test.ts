import { postMessage } from "@tertulia/core/messages/post-message";
import { layLine } from "@tertulia/testing/line";
import { until } from "@tertulia/testing/until";
import { afterEach, expect, it, vi } from "vitest";
import { refuseAnswers } from "../../test/held-answers.ts";
import { newRoomOf } from "../../test/new-room.ts";
import { StorageInMemory } from "../../test/storage-in-memory.ts";
import { says, texts } from "../../test/shown.ts";
import { setStage } from "../../test/stage.ts";

const stage = setStage();
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Whoever is in a hurry tries again at once. */
const hurry = () => vi.spyOn(Math, "random").mockReturnValue(0);

const newRoom = () => newRoomOf(stage.cast, stage.server.core, [stage.cast.tomas]);
const say = (roomId: string, content: string) => postMessage(stage.server.core, stage.cast.mira.actor, { roomId, clientId: crypto.randomUUID(), content, type: "text" });

it("a room that can't be followed, since too much is already, says so and keeps what was there", async () => {
  const disk = new StorageInMemory();
  const bot = stage.clientOf(stage.cast.tomas, stage.server.url, disk);
  const rooms = [];
  for (let n = 0; n < 30; n++) {
    const roomId = await newRoom();
    await say(roomId, "Tea?");
    const room = bot.room(roomId);
    room.subscribe(() => {});
    rooms.push(room);
    await until(room, ({ status }) => status !== "opening");
  }
  const last = rooms.at(-1);
  if (!last) throw new Error("There is no room.");
  expect(await until(last, ({ status }) => status !== "ready")).toMatchObject({ status: "failed", refusal: { details: { limit: 128 } }, room: { title: "Tea" } });
  expect(texts(last.get())).toEqual(["Tea?"]);
  expect(rooms.filter((room) => room.get().status === "gone")).toEqual([]);
  await vi.waitFor(async () => expect(await disk.get("person", "account")).toBeDefined());
  await bot.close();
  expect(disk.count("rooms")).toBe(30);
});

it("what I write arrives, though the server was in trouble when it was asked who I am", async () => {
  hurry();
  const asked = refuseAnswers("account.me", 4);
  const roomId = await newRoom();
  const tomas = stage.clientOf(stage.cast.tomas);
  const room = tomas.room(roomId);
  tomas.post(roomId, { content: "Tea?" });
  await until(room, says("Tea?"));
  await until(tomas.inbox, ({ status }) => status === "ready");
  expect(asked()).toBe(5);
});

it("a room that is shown goes on being asked for while the server is in trouble", async () => {
  const line = await layLine(stage.server.url);
  stage.closing(line);
  const roomId = await newRoom();
  await say(roomId, "Tea?");
  const tomas = stage.clientOf(stage.cast.tomas, line.url);
  const room = tomas.room(roomId);
  room.subscribe(() => {});
  await until(room, says("Tea?"));
  line.refuse();
  line.cut();
  await until(room, ({ catchingUp }) => catchingUp);
  await Promise.all(Array.from({ length: 1_005 }, (_, n) => say(roomId, `words ${n}`)));
  const asked = refuseAnswers("rooms.open", 4);
  hurry();
  line.leadTo(stage.server.url);
  tomas.connection.retryNow();
  await until(room, ({ status, messages }) => status !== "ready" || messages.length === 50);
  expect(room.get()).toMatchObject({ status: "ready", refusal: null });
  expect(asked()).toBe(5);
});
