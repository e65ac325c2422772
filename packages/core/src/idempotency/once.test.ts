import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { EVERYONE } from "@tertulia/model/ports/bus";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listenTo, person, refusalOf } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { announce } from "../notices/announce.ts";
import { createRoom } from "../rooms/create-room.ts";
import { leaveRoom } from "../rooms/leave-room.ts";
import { listRooms } from "../rooms/list-rooms.ts";
import { updateRoom } from "../rooms/update-room.ts";
import { forgetOldKeys } from "./forget-old-keys.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

describe.each(testDatabases())("what was asked for under a name, on %s", (kind) => {
  let database: Database;
  let core: Core;
  let clock: MovableClock;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    ({ core, clock } = await openTestCore(database));
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  const tea = { kind: "room", title: "Tea" } as const;

  test("is made once, and answered again as it is now", async () => {
    const mira = await person(core, "mira");
    const { room } = await createRoom(core, mira, tea, "first");
    await updateRoom(core, mira, { roomId: room.id, description: "and cake" });
    expect((await createRoom(core, mira, tea, "first")).room).toMatchObject({ id: room.id, description: "and cake" });
    expect((await listRooms(core, mira, {})).items).toHaveLength(1);
    expect((await createRoom(core, mira, tea, "second")).room.id).not.toBe(room.id);
    expect((await createRoom(core, mira, tea)).room.id).not.toBe(room.id);
  });

  test("is made once also when it is asked for ten times at once", async () => {
    const mira = await person(core, "mira");
    const made = await Promise.all(Array.from({ length: 10 }, () => createRoom(core, mira, tea, "first")));
    expect(new Set(made.map(({ room }) => room.id)).size).toBe(1);
    expect((await listRooms(core, mira, {})).items).toHaveLength(1);
  });

  test("is refused with other content", async () => {
    const mira = await person(core, "mira");
    await createRoom(core, mira, tea, "first");
    for (const other of [{ ...tea, title: "Cake" }, { ...tea, password: "oolong" }]) {
      expect(await refusalOf(createRoom(core, mira, other, "first"))).toMatchObject({ code: "CONFLICT", details: { reason: "DIFFERENT_CONTENT" } });
    }
    expect((await listRooms(core, mira, {})).items).toHaveLength(1);
  });

  test("leaves no trace by which a room's password could be guessed", async () => {
    const mira = await person(core, "mira");
    const { room } = await createRoom(core, mira, { ...tea, password: "oolong" }, "first");
    expect((await createRoom(core, mira, { ...tea, password: "sencha" }, "first")).room.id).toBe(room.id);
  });

  test("is everyone's own affair", async () => {
    const [mira, tomas] = [await person(core, "mira"), await person(core, "tomas")];
    const { room } = await createRoom(core, mira, tea, "first");
    expect((await createRoom(core, tomas, { kind: "room", title: "Cake" }, "first")).room.id).not.toBe(room.id);
  });

  test("can be asked for under that name again if nothing came of it", async () => {
    const mira = await person(core, "mira", { role: "ADMIN" });
    expect(await refusalOf(announce(core, mira, { text: "Cake", scheduledAt: "2001-01-01T00:00:00Z" }, "first"))).toMatchObject({ code: "VALIDATION_FAILED" });
    expect(await announce(core, mira, { text: "Cake" }, "first")).toMatchObject({ text: "Cake" });
  });

  test("[L1] is answered again also when no more may be made", async () => {
    const { core: strict } = await openTestCore(database, { roomsPerHour: 1, changesPerMinute: 1 });
    const mira = await person(strict, "mira");
    const { room } = await createRoom(strict, mira, tea, "first");
    expect((await createRoom(strict, mira, tea, "first")).room.id).toBe(room.id);
    expect(await refusalOf(createRoom(strict, mira, tea, "second"))).toMatchObject({ code: "RATE_LIMITED" });
    expect(await refusalOf(createRoom(strict, mira, { ...tea, title: "Cake" }, "first"))).toMatchObject({ code: "CONFLICT" });
    await strict.close();
  });

  test("is told to nobody who has no right to it any more", async () => {
    const mira = await person(core, "mira");
    const { room } = await createRoom(core, mira, tea, "first");
    await leaveRoom(core, mira, { roomId: room.id });
    expect(await refusalOf(createRoom(core, mira, tea, "first"))).toMatchObject({ code: "ROOM_NOT_FOUND" });
  });

  test("is announced once", async () => {
    const mira = await person(core, "mira", { role: "ADMIN" });
    const told = await listenTo(core, "server", EVERYONE);
    const notice = await announce(core, mira, { text: "Cake" }, newId());
    const key = newId();
    const [first, second] = [await announce(core, mira, { text: "Tea" }, key), await announce(core, mira, { text: "Tea" }, key)];
    expect(second).toEqual(first);
    expect(told).toEqual([{ kind: "notice", notice }, { kind: "notice", notice: first }]);
  });

  test("is known for a day, and then no longer kept", async () => {
    const mira = await person(core, "mira");
    await forgetOldKeys(core);
    const { room } = await createRoom(core, mira, tea, "first");
    clock.move(DAY_MS - 1);
    expect((await createRoom(core, mira, tea, "first")).room.id).toBe(room.id);
    await createRoom(core, mira, tea, "second");
    clock.move(1);
    expect((await createRoom(core, mira, { ...tea, title: "Cake" }, "first")).room.id).not.toBe(room.id);
    clock.move(DAY_MS - 1);
    expect(await forgetOldKeys(core)).toBeGreaterThanOrEqual(1);
    const kept = await core.db.selectFrom("idempotency_keys").select("key").where("user_id", "=", mira.user.id).execute();
    expect(kept).toEqual([{ key: "first" }]);
  });
});
