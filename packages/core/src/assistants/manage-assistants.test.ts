import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { Assistant, CreateAssistant } from "@tertulia/model/assistants";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { castIn, eventsIn, listenTo, person, refusalOf, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { addMember } from "../members/add-member.ts";
import { createRoom } from "../rooms/create-room.ts";
import { getRoom } from "../rooms/get-room.ts";
import { searchUsers } from "../users/search-users.ts";
import { createAssistant } from "./create-assistant.ts";
import { deleteAssistant } from "./delete-assistant.ts";
import { invokeAssistant } from "./invoke-assistant.ts";
import { listAssistants } from "./list-assistants.ts";
import { updateAssistant } from "./update-assistant.ts";

describe.each(testDatabases())("managing assistants on %s", (kind) => {
  let database: Database;
  let core: Core;
  let boss: Actor;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    ({ core } = await openTestCore(database));
  });
  beforeEach(async () => {
    boss = await person(core, "boss", { role: "ADMIN" });
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  const make = (news: Partial<CreateAssistant> = {}) => createAssistant(core, boss, { username: `ada-${newId().slice(-8)}`, displayName: "Ada", ...news });
  const listed = async (who: Actor, { user }: Assistant) => (await listAssistants(core, who)).find((assistant) => assistant.user.id === user.id);

  test("one that was made is listed for all, how it is set up for administrators", async () => {
    const ada = await make({ description: "Counts", instructions: "Count everything.", model: "scripted-1", temperature: 0.5 });
    expect(ada).toMatchObject({ user: { displayName: "Ada", kind: "assistant" }, description: "Counts", model: "scripted-1", mode: "mention" });
    expect(ada.setup).toEqual({ instructions: "Count everything.", model: "scripted-1", temperature: 0.5 });
    expect(await listed(boss, ada)).toEqual(ada);
    expect(await listed(await person(core, "tomas"), ada)).toEqual({ ...ada, setup: null });
    expect(await searchUsers(core, boss, { q: ada.user.username })).toEqual([ada.user]);
  });

  test("a name is taken once, of people and assistants alike, and a word of ours never", async () => {
    const { user } = await make();
    expect(await refusalOf(make({ username: "everyone" }))).toMatchObject({ code: "CONFLICT", details: { field: "username", reason: "TAKEN" } });
    expect(await refusalOf(make({ username: user.username.toUpperCase() }))).toMatchObject({ code: "CONFLICT", details: { field: "username", reason: "TAKEN" } });
    expect(await refusalOf(make({ username: boss.user.username }))).toMatchObject({ code: "CONFLICT" });
  });

  test("what a change doesn't name stays, and a model or temperature can be given back to the default", async () => {
    const ada = await make({ description: "Counts", instructions: "Count everything.", model: "scripted-1", temperature: 0.5 });
    const changed = await updateAssistant(core, boss, { assistantId: ada.user.id, displayName: "Ada L.", model: "", temperature: null });
    expect(changed).toMatchObject({ user: { displayName: "Ada L." }, description: "Counts", model: "guide", setup: { instructions: "Count everything.", model: "", temperature: null } });
    expect(await listed(boss, ada)).toEqual(changed);
  });

  test("is for a global ADMIN alone", async () => {
    const { user } = await make();
    for (const who of [await person(core, "tomas"), await person(core, "lin", { role: "MODERATOR" })]) {
      expect(await refusalOf(createAssistant(core, who, { username: "eve", displayName: "Eve" }))).toMatchObject({ code: "PERMISSION_DENIED" });
      expect(await refusalOf(updateAssistant(core, who, { assistantId: user.id, displayName: "Eve" }))).toMatchObject({ code: "PERMISSION_DENIED" });
      expect(await refusalOf(deleteAssistant(core, who, { assistantId: user.id }))).toMatchObject({ code: "PERMISSION_DENIED" });
    }
  });

  test("people aren't assistants, and what isn't there can't be changed", async () => {
    const tomas = await person(core, "tomas");
    for (const assistantId of [tomas.user.id, newId()]) {
      expect(await refusalOf(updateAssistant(core, boss, { assistantId, displayName: "Eve" }))).toMatchObject({ code: "NOT_FOUND" });
      expect(await refusalOf(deleteAssistant(core, boss, { assistantId }))).toMatchObject({ code: "NOT_FOUND" });
    }
  });

  test("one that was deleted leaves its rooms, is offered to nobody and answers nobody", async () => {
    const ada = await make();
    const assistantId = ada.user.id;
    const { mira, roomId } = await castIn(core);
    await addMember(core, mira, { roomId, userId: assistantId });
    const { room: chat } = await createRoom(core, mira, { kind: "assistant", memberIds: [assistantId] });
    // Facts that say it is asked are kept from here on.
    for (const id of [roomId, chat.id]) await say(core, mira, id, "Hello");
    const heard = await listenTo(core, "room", roomId);
    await deleteAssistant(core, boss, { assistantId });

    expect(eventsIn(heard)).toContainEqual(expect.objectContaining({ type: "member.left", user: ada.user, removedBy: boss.user.id, memberCount: 2 }));
    expect(await listed(boss, ada)).toBeUndefined();
    expect(await searchUsers(core, mira, { q: ada.user.username })).toEqual([]);
    expect(await refusalOf(addMember(core, mira, { roomId, userId: assistantId }))).toMatchObject({ code: "NOT_FOUND" });
    expect(await refusalOf(createRoom(core, mira, { kind: "assistant", memberIds: [assistantId] }))).toMatchObject({ code: "NOT_FOUND" });
    expect(await refusalOf(invokeAssistant(core, mira, { roomId: chat.id, assistantId }))).toMatchObject({ code: "NOT_FOUND" });
    expect(await getRoom(core, mira, { roomId: chat.id })).toMatchObject({ memberCount: 2 });
    const { id } = await say(core, mira, chat.id, "Are you there?");
    expect(await core.db.selectFrom("assistant_runs").select("id").where("trigger_message_id", "=", id).execute()).toEqual([]);
    expect(await refusalOf(make({ username: ada.user.username }))).toMatchObject({ code: "CONFLICT" });
  });
});
