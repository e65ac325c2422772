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
  expect(await keep.belongsTo(account)).toBe(true);
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
