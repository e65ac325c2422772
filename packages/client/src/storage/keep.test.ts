import type { Account } from "@tertulia/model/users";
import { expect, it, vi } from "vitest";
import { at, member, roomId, theRoom, tomas, wen } from "../../test/a-room.ts";
import { StorageInMemory } from "../../test/storage-in-memory.ts";
import type { KeptRoom } from "../room/kept-room.ts";
import { unopened } from "../room/room-state.ts";
import { openKeep } from "./keep.ts";

const account: Account = { ...tomas, email: "tomas@tertulia.test", role: "USER", locale: "en", createdAt: at(0) };
const kept: KeptRoom = { room: theRoom, me: member(tomas), members: [], memberCursor: null, messages: [], hasBefore: false, headSeq: 1 };
const room = { roomId, kept: () => kept, get: () => unopened };

it("what changes before it's known whose it is, is kept once it's known", async () => {
  const disk = new StorageInMemory();
  const early = await openKeep(disk);
  early.roomChanged(room);
  await early.close();
  expect(disk.count("rooms")).toBe(0);

  const keep = await openKeep(disk);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  keep.roomChanged(room);
  await vi.advanceTimersByTimeAsync(5_000);
  vi.useRealTimers();
  await keep.belongsTo(account);
  await keep.close();
  expect(await (await openKeep(disk)).findRoom(roomId)).toMatchObject({ kept, isFresh: true });
});

it("a tab writes nothing any more once another has signed in someone else", async () => {
  const disk = new StorageInMemory();
  const [here, there] = [await openKeep(disk), await openKeep(disk)];
  await here.belongsTo(account);
  await there.belongsTo({ ...account, ...wen });
  here.roomChanged(room);
  await here.close();
  expect(disk.count("rooms")).toBe(0);
  await there.close();
});

it("a tab that was opened before another signed in someone else forgets nothing of theirs, and finds nothing of the one before", async () => {
  const disk = new StorageInMemory();
  const before = await openKeep(disk);
  await before.belongsTo(account);
  before.roomChanged(room);
  await before.close();
  const [here, there] = [await openKeep(disk), await openKeep(disk)];
  const wens: Account = { ...account, ...wen };
  await there.belongsTo(wens);
  there.roomChanged(room);
  await there.close();
  expect(disk.count("rooms")).toBe(1);
  const claiming = here.belongsTo(wens);
  expect(here.entries).toBeNull();
  await claiming;
  expect(disk.count("rooms")).toBe(1);
  await here.close();
});

it("a tab whose session is over forgets nothing of whom another has signed in", async () => {
  const disk = new StorageInMemory();
  const here = await openKeep(disk);
  await here.belongsTo(account);
  const there = await openKeep(disk);
  await there.belongsTo({ ...account, ...wen });
  there.roomChanged(room);
  await there.close();
  await here.forgetContent();
  expect(disk.count("rooms")).toBe(1);
  await here.close();
});

it("nobody finds what is someone else's, though the disk doesn't let go of it", async () => {
  const disk = new StorageInMemory();
  const tomass = await openKeep(disk);
  await tomass.belongsTo(account);
  tomass.roomChanged(room);
  tomass.inboxChanged({ status: "ready", entries: [], hasMore: false });
  await tomass.close();
  vi.spyOn(disk, "empty").mockRejectedValue(new Error("The disk is broken."));
  const wens = await openKeep(disk);
  expect(wens.entries).toEqual([]);
  await expect(wens.belongsTo({ ...account, ...wen })).rejects.toThrow("broken");
  expect([wens.entries, await wens.findRoom(roomId), disk.count("rooms")]).toEqual([null, null, 1]);
  await wens.close();
});

it("nothing is written for whoever has left", async () => {
  const disk = new StorageInMemory();
  const over = await openKeep(disk);
  await over.belongsTo(account);
  await over.forgetContent();
  over.roomChanged(room);
  await over.close();
  expect([disk.count("rooms"), disk.count("person")]).toEqual([0, 1]);
  const left = await openKeep(disk);
  await left.forget();
  await left.belongsTo(account);
  await left.close();
  expect(disk.count("person")).toBe(0);
});

it("a disk that never answers keeps nobody from leaving", async () => {
  const disk = new StorageInMemory();
  const keep = await openKeep(disk);
  await keep.belongsTo(account);
  disk.hold();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const closing = keep.close();
  await vi.advanceTimersByTimeAsync(1_100);
  await expect(closing).resolves.toBeUndefined();
  vi.useRealTimers();
});

it("a room that I have left isn't kept, though something happened in it just before", async () => {
  const disk = new StorageInMemory();
  const keep = await openKeep(disk);
  await keep.belongsTo(account);
  keep.roomChanged(room);
  keep.forgetRoom(roomId);
  await keep.close();
  expect(disk.count("rooms")).toBe(0);
});

it("what another version of ourselves kept in another form is left alone", async () => {
  const disk = new StorageInMemory();
  await disk.put("rooms", roomId, { format: 0, ...kept });
  expect(await (await openKeep(disk)).findRoom(roomId)).toBeNull();
});
