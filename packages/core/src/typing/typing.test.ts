import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import type { Database } from "@tertulia/db/open";
import type { Actor } from "@tertulia/model/actor";
import type { RoomNote } from "@tertulia/model/ports/bus";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import { afterAll, beforeAll, expect, test } from "vitest";
import { castIn, listenTo, refusalOf, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { createRoom } from "../rooms/create-room.ts";
import { leaveRoom } from "../rooms/leave-room.ts";
import { startTyping } from "./start-typing.ts";
import { stopTyping } from "./stop-typing.ts";

let database: Database;
let core: Core;
let clock: MovableClock;

beforeAll(async () => {
  database = await openTestDatabase();
  ({ core, clock } = await openTestCore(database));
});
afterAll(async () => {
  await core.close();
  await database.close();
});

/** What was announced of someone's typing: `true` for began, `false` for ceased. */
const announced = (notes: RoomNote[], { user }: Actor) => notes.flatMap((note) => (note.kind === "typing" && note.typing.userId === user.id ? [note.typing.typing] : []));
/** The bus delivers in the next turn. */
const turn = () => new Promise(setImmediate);

test("[T1] who starts and stops is announced with their name", async () => {
  const { tomas, roomId } = await castIn(core);
  const heard = await listenTo(core, "room", roomId);
  await startTyping(core, tomas, { roomId });
  await stopTyping(core, tomas, { roomId });
  await stopTyping(core, tomas, { roomId });
  const { id: userId, username } = tomas.user;
  expect(heard).toEqual([{ kind: "typing", typing: { userId, username, typing: true } }, { kind: "typing", typing: { userId, username, typing: false } }]);
});

test("[T2] a silent typist is announced as stopped after 6 s, counted from the last sign of life", async () => {
  const { tomas, roomId } = await castIn(core);
  const heard = await listenTo(core, "room", roomId);
  await startTyping(core, tomas, { roomId });
  clock.move(2_000);
  await startTyping(core, tomas, { roomId });
  clock.move(5_999);
  await turn();
  expect(announced(heard, tomas)).toEqual([true]);
  clock.move(1);
  await turn();
  expect(announced(heard, tomas)).toEqual([true, false]);
  clock.move(60_000);
  await turn();
  expect(announced(heard, tomas)).toEqual([true, false]);
});

test("[T2] repeats within 3 s are not announced again, later ones are", async () => {
  const { tomas, roomId } = await castIn(core);
  const heard = await listenTo(core, "room", roomId);
  for (const wait of [0, 1_000, 1_999, 1, 2_999, 1]) {
    clock.move(wait);
    await startTyping(core, tomas, { roomId });
  }
  expect(announced(heard, tomas)).toEqual([true, true, true]);
});

test("[T2] posting stops it at once, in that room alone", async () => {
  const { mira, tomas, roomId } = await castIn(core);
  const { room: other } = await createRoom(core, mira, { kind: "room", title: "Coffee", memberIds: [tomas.user.id] });
  const [here, there] = [await listenTo(core, "room", roomId), await listenTo(core, "room", other.id)];
  for (const id of [roomId, other.id]) await startTyping(core, tomas, { roomId: id });
  await say(core, tomas, roomId);
  expect(announced(here, tomas)).toEqual([true, false]);
  expect(announced(there, tomas)).toEqual([true]);
});

test("[T2] leaving and disconnecting stop it at once, in every room", async () => {
  const { mira, tomas, roomId } = await castIn(core);
  const { room: other } = await createRoom(core, mira, { kind: "room", title: "Coffee", memberIds: [tomas.user.id] });
  const [here, there] = [await listenTo(core, "room", roomId), await listenTo(core, "room", other.id)];
  await core.presence.connect("tab", tomas);
  for (const id of [roomId, other.id]) await startTyping(core, tomas, { roomId: id });
  await leaveRoom(core, tomas, { roomId });
  expect(announced(here, tomas)).toEqual([true, false]);
  core.presence.disconnect("tab");
  await turn();
  expect(announced(there, tomas)).toEqual([true, false]);
  expect(announced(here, tomas)).toEqual([true, false]);
});

test("[B37] nobody is seen typing where they may not post, nor outside their rooms", async () => {
  const { tomas, wen, roomId } = await castIn(core, { settings: { whoCanPost: "admins" } });
  const heard = await listenTo(core, "room", roomId);
  for (const who of [tomas, wen]) expect(await refusalOf(startTyping(core, who, { roomId }))).toMatchObject({ code: "PERMISSION_DENIED" });
  const { roomId: secret } = await castIn(core, { isPrivate: true });
  expect(await refusalOf(startTyping(core, wen, { roomId: secret }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
  expect(await refusalOf(stopTyping(core, wen, { roomId: secret }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
  expect(heard).toEqual([]);
});
