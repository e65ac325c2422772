import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, eventsIn, listenTo, person, refusalOf, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { loadEvents } from "../feed/load-events.ts";
import { deleteMessage } from "../messages/delete-message.ts";
import { createRoom } from "../rooms/create-room.ts";
import { addPin } from "./add-pin.ts";
import { listPins } from "./list-pins.ts";
import { removePin } from "./remove-pin.ts";

describe.each(testDatabases())("pins on %s", (kind) => {
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

  test("are listed in full, the last pinned first, and everyone hears of them", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const [tea, cake] = [await say(core, tomas, roomId, "Tea at five"), await say(core, mira, roomId, "Cake, too")];
    const heard = await listenTo(core, "room", roomId);
    await addPin(core, mira, { messageId: cake.id });
    await addPin(core, mira, { messageId: tea.id });
    const { items, headSeq } = await listPins(core, tomas, { roomId });
    expect(items).toMatchObject([{ message: tea, pinnedBy: mira.user.id }, { message: cake }]);
    expect(headSeq).toBe(cake.seq + 2);
    expect(eventsIn(heard)).toMatchObject([{ type: "pin.added", messageId: cake.id, actorId: mira.user.id }, { type: "pin.added", messageId: tea.id }]);
    expect(await loadEvents(core.db, roomId, cake.seq, 10)).toEqual(eventsIn(heard));
  });

  test("the same twice is one, taken off twice is off, and nobody is told again", async () => {
    const { mira, roomId } = await castIn(core);
    const { id: messageId } = await say(core, mira, roomId);
    const heard = await listenTo(core, "room", roomId);
    for (const deed of [addPin, addPin, removePin, removePin]) await deed(core, mira, { messageId });
    expect(eventsIn(heard).map(({ type }) => type)).toEqual(["pin.added", "pin.removed"]);
    expect((await listPins(core, mira, { roomId })).items).toEqual([]);
  });

  test("in a room they are its admins' business, in a direct message anyone's", async () => {
    const { mira, tomas, wen, roomId } = await castIn(core);
    const { id: messageId } = await say(core, tomas, roomId);
    for (const deed of [addPin, removePin]) expect(await refusalOf(deed(core, tomas, { messageId }))).toMatchObject({ code: "PERMISSION_DENIED" });
    expect(await refusalOf(addPin(core, wen, { messageId }))).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
    const { room } = await createRoom(core, mira, { kind: "dm", memberIds: [tomas.user.id] });
    const said = await say(core, mira, room.id);
    await addPin(core, tomas, { messageId: said.id });
    await removePin(core, mira, { messageId: said.id });
  });

  test("a deleted message loses its pin", async () => {
    const { mira, roomId } = await castIn(core);
    const { id: messageId } = await say(core, mira, roomId);
    await addPin(core, mira, { messageId });
    await deleteMessage(core, mira, { messageId });
    expect((await listPins(core, mira, { roomId })).items).toEqual([]);
    expect(await refusalOf(addPin(core, mira, { messageId }))).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
  });

  test("a room keeps a hundred, though two more come at once", async () => {
    const { mira, roomId } = await castIn(core);
    const said = await Promise.all(Array.from({ length: 102 }, (_, at) => say(core, mira, roomId, `Cup ${at}`)));
    const pinned = await Promise.allSettled(said.map(({ id: messageId }) => addPin(core, mira, { messageId })));
    expect(pinned.filter(({ status }) => status === "fulfilled")).toHaveLength(100);
    expect((await listPins(core, mira, { roomId })).items).toHaveLength(100);
    const refused = said[pinned.findIndex(({ status }) => status === "rejected")];
    expect(await refusalOf(addPin(core, mira, { messageId: refused?.id ?? "" }))).toMatchObject({ code: "CONFLICT", details: { reason: "TOO_MANY_PINS", limit: 100 } });
  });

  test("whoever is outside sees none", async () => {
    const { mira, roomId } = await castIn(core, { isPrivate: true });
    await addPin(core, mira, { messageId: (await say(core, mira, roomId)).id });
    expect(await refusalOf(listPins(core, await person(core, "wen"), { roomId }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
  });
});
