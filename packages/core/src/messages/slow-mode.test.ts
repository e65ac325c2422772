import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, refusalOf, say } from "../../test/cast.ts";
import { openTestCore, type TestCore } from "../../test/open-test-core.ts";
import { setRole } from "../members/set-role.ts";
import { createRoom } from "../rooms/create-room.ts";
import { getRoom } from "../rooms/get-room.ts";
import { updateRoom } from "../rooms/update-room.ts";
import { deleteMessage } from "./delete-message.ts";
import { postMessage } from "./post-message.ts";

describe.each(testDatabases())("slow mode on %s", (kind) => {
  let database: Database;
  let here: TestCore;
  let there: TestCore;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    here = await openTestCore(database);
    there = await openTestCore(database, {}, { clock: here.clock, bus: here.core.bus });
  });
  afterAll(async () => {
    await there.core.close();
    await here.core.close();
    await database.close();
  });

  const slowRoom = (seconds = 30) => castIn(here.core, { settings: { slowModeSeconds: seconds } });
  const post = (who: Actor, roomId: Id, clientId: string, content = "Tea?") => postMessage(here.core, who, { roomId, clientId, content, type: "text" });

  test("a member posts once in so many seconds, on all nodes together; the refusal says when again", async () => {
    const { tomas, roomId } = await slowRoom();
    await say(here.core, tomas, roomId);
    here.clock.move(10_000);
    for (const { core } of [here, there]) {
      const resetAt = new Date(here.clock.now() + 20_000).toISOString();
      expect(await refusalOf(say(core, tomas, roomId))).toMatchObject({ code: "RATE_LIMITED", details: { limit: 1, resetAt, retryAfterMs: 20_000 } });
    }
    here.clock.move(20_000);
    await say(there.core, tomas, roomId);
    expect((await getRoom(here.core, tomas, { roomId })).headSeq).toBe((await getRoom(there.core, tomas, { roomId })).headSeq);
  });

  test("doesn't hold up its OWNER and ADMINs", async () => {
    const { mira, tomas, roomId } = await slowRoom();
    for (let words = 0; words < 3; words++) await say(here.core, mira, roomId);
    await setRole(here.core, mira, { roomId, userId: tomas.user.id, role: "ADMIN" });
    for (let words = 0; words < 3; words++) await say(here.core, tomas, roomId);
    await setRole(here.core, mira, { roomId, userId: tomas.user.id, role: "MEMBER" });
    await say(here.core, tomas, roomId);
    expect(await refusalOf(say(here.core, tomas, roomId))).toMatchObject({ code: "RATE_LIMITED" });
  });

  test("[M3] a replay is answered and doesn't count; nor does what was refused", async () => {
    const { mira, tomas, roomId } = await slowRoom();
    const root = await say(here.core, mira, roomId);
    await deleteMessage(here.core, mira, { messageId: root.id });
    const inThread = { roomId, clientId: newId(), content: "Tea?", type: "text" as const, threadRootId: root.id };
    expect(await refusalOf(postMessage(here.core, tomas, inThread))).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
    const first = await post(tomas, roomId, "first");
    here.clock.move(29_000);
    expect(await post(tomas, roomId, "first")).toMatchObject({ id: first.id });
    here.clock.move(1_000);
    expect(await post(tomas, roomId, "first")).toMatchObject({ id: first.id });
    await post(tomas, roomId, "second");
  });

  test("[L1] a post that comes too soon takes no place among those of the minute", async () => {
    const { core: strict } = await openTestCore(database, { postsPerMinute: 2 });
    const { mira, tomas, roomId } = await castIn(strict, { settings: { slowModeSeconds: 30 } });
    const { room: calm } = await createRoom(strict, mira, { kind: "room", title: "Calm", memberIds: [tomas.user.id] });
    await say(strict, tomas, roomId);
    for (let early = 0; early < 3; early++) expect(await refusalOf(say(strict, tomas, roomId))).toMatchObject({ details: { limit: 1 } });
    await say(strict, tomas, calm.id);
    expect(await refusalOf(say(strict, tomas, calm.id))).toMatchObject({ details: { limit: 2 } });
    await strict.close();
  });

  test("begins and ends with its setting, which other settings leave as it is", async () => {
    const { mira, tomas, roomId } = await castIn(here.core);
    expect((await getRoom(here.core, tomas, { roomId })).settings.slowModeSeconds).toBe(0);
    await say(there.core, tomas, roomId);
    await updateRoom(here.core, mira, { roomId, settings: { slowModeSeconds: 60 } });
    const { settings } = await updateRoom(here.core, mira, { roomId, settings: { assistantMode: "off" } });
    expect(settings).toEqual({ assistantMode: "off", whoCanPost: "everyone", slowModeSeconds: 60 });
    await say(there.core, tomas, roomId);
    expect(await refusalOf(say(there.core, tomas, roomId))).toMatchObject({ code: "RATE_LIMITED" });
    await updateRoom(here.core, mira, { roomId, settings: { slowModeSeconds: 0 } });
    await say(there.core, tomas, roomId);
  });

  test("that is off isn't written down: a node from before there was one reads the room", async () => {
    const { roomId } = await slowRoom(0);
    const { settings } = await database.db.selectFrom("rooms").select("settings").where("id", "=", roomId).executeTakeFirstOrThrow();
    expect(settings).toEqual({ assistantMode: "mention", whoCanPost: "everyone" });
  });
});
