import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, refusalOf } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { createRoom } from "../rooms/create-room.ts";
import { getDraft } from "./get-draft.ts";
import { setDraft } from "./set-draft.ts";

describe.each(testDatabases())("drafts on %s", (kind) => {
  let database: Database;
  let core: Core;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    ({ core } = await openTestCore(database));
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  test("are kept by room and person, the last one set counts", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const { room: other } = await createRoom(core, mira, { kind: "room", title: "Cake" });
    expect(await getDraft(core, mira, { roomId })).toEqual({ roomId, content: "", updatedAt: null });
    await setDraft(core, mira, { roomId, content: "Te" });
    const draft = await setDraft(core, mira, { roomId, content: "Tea?\n" });
    expect(draft).toEqual({ roomId, content: "Tea?\n", updatedAt: expect.stringMatching(/Z$/) });
    expect(await getDraft(core, mira, { roomId })).toEqual(draft);
    expect((await getDraft(core, mira, { roomId: other.id })).content).toBe("");
    expect((await getDraft(core, tomas, { roomId })).content).toBe("");
  });

  test("an empty one clears what was there", async () => {
    const { mira, roomId } = await castIn(core);
    await setDraft(core, mira, { roomId, content: "Tea?" });
    expect(await setDraft(core, mira, { roomId, content: "" })).toEqual({ roomId, content: "", updatedAt: null });
    expect(await getDraft(core, mira, { roomId })).toEqual({ roomId, content: "", updatedAt: null });
  });

  test("are for members", async () => {
    const { wen, roomId } = await castIn(core, { isPrivate: true });
    expect(await refusalOf(setDraft(core, wen, { roomId, content: "Tea?" }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
    expect(await refusalOf(getDraft(core, wen, { roomId }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
  });
});
