import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { Message } from "@tertulia/model/messages";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cast, castIn, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { addMember } from "../members/add-member.ts";
import { removeMember } from "../members/remove-member.ts";
import { postMessage } from "../messages/post-message.ts";
import { findReadByAll } from "./find-read-by-all.ts";
import { markRead } from "./mark-read.ts";

describe.each(testDatabases())("what everyone else has read, on %s", (kind) => {
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

  /** Mira, tomas and wen are in the room, and quill, who never reads. */
  async function three(): Promise<Cast> {
    const cast = await castIn(core);
    for (const userId of [cast.wen.user.id, cast.quill]) await addMember(core, cast.mira, { roomId: cast.roomId, userId });
    return cast;
  }
  const reads = (who: Actor, { roomId, seq }: Message) => markRead(core, who, { roomId, seq });
  const look = async (...messages: Message[]) => {
    const read = await findReadByAll(core, messages);
    return messages.filter(({ id }) => read.has(id)).map(({ content }) => content);
  };

  test("is what the one furthest behind has passed, whoever wrote it aside", async () => {
    const { mira, tomas, wen, roomId } = await three();
    const [tea, cake, milk] = [await say(core, mira, roomId, "Tea?"), await say(core, tomas, roomId, "Cake!"), await say(core, mira, roomId, "Milk?")];
    expect(await look(tea, cake, milk)).toEqual([]);
    await reads(tomas, milk);
    expect(await look(tea, cake, milk)).toEqual([]);
    await reads(wen, tea);
    expect(await look(tea, cake, milk)).toEqual(["Tea?"]);
    await reads(wen, milk);
    expect(await look(tea, cake, milk)).toEqual(["Tea?", "Milk?"]);
    await reads(mira, cake);
    expect(await look(tea, cake, milk)).toEqual(["Tea?", "Cake!", "Milk?"]);
  });

  test("is nothing where nobody else is", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const tea = await say(core, mira, roomId);
    await reads(tomas, tea);
    expect(await look(tea)).toEqual(["Tea?"]);
    await removeMember(core, mira, { roomId, userId: tomas.user.id });
    expect(await look(tea)).toEqual([]);
    expect(await look()).toEqual([]);
  });

  test("is no reply in a thread, which is read by itself", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const tea = await say(core, mira, roomId);
    const reply = await postMessage(core, mira, { roomId, clientId: newId(), content: "Green?", type: "text", threadRootId: tea.id });
    await reads(tomas, reply);
    expect(await look(tea, reply)).toEqual(["Tea?"]);
  });

  test("is nothing in a room of more than 200, where positions aren't told", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const tea = await say(core, mira, roomId);
    await reads(tomas, tea);
    await core.db.updateTable("rooms").set({ member_count: 201 }).where("id", "=", roomId).execute();
    expect(await look(tea)).toEqual([]);
  });

  test("is nothing of another room than the first message's", async () => {
    const [here, there] = [await castIn(core), await castIn(core)];
    const [tea, cake] = [await say(core, here.mira, here.roomId), await say(core, there.mira, there.roomId, "Cake!")];
    for (const who of [here.mira, here.tomas]) await reads(who, tea);
    expect(await look(tea, cake)).toEqual(["Tea?"]);
  });
});
