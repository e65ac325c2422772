import { type Database } from "@tertulia/db/open";
import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, refusalOf, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import { addReaction } from "../reactions/add-reaction.ts";
import { removeReaction } from "../reactions/remove-reaction.ts";
import { createRoom } from "../rooms/create-room.ts";
import { signOut } from "../accounts/sign-out.ts";
import { getMessage } from "../messages/get-message.ts";

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase("embedded");
});
afterAll(() => database.close());

describe("what a person may change", () => {
  test("has an end in a minute, beyond which nothing changes; posts, other people and going away are not concerned", async () => {
    const { core } = await openTestCore(database, { changesPerMinute: 4 });
    const { mira, tomas, roomId } = await castIn(core);
    const { id: messageId } = await say(core, mira, roomId);
    const tea = { messageId, emoji: "🍵" };
    for (let time = 0; time < 2; time++) {
      await addReaction(core, tomas, tea);
      await removeReaction(core, tomas, tea);
    }
    expect(await refusalOf(addReaction(core, tomas, tea))).toMatchObject({ code: "RATE_LIMITED", details: { limit: 4, resetAt: expect.stringMatching(/Z$/), retryAfterMs: expect.any(Number) } });
    expect((await getMessage(core, mira, { messageId })).reactions).toEqual([]);
    await say(core, tomas, roomId);
    await addReaction(core, mira, tea);
    await signOut(core, tomas);
    await core.close();
  });

  test("of rooms they make so many in an hour; a direct message is one more for nobody", async () => {
    const { core } = await openTestCore(database, { roomsPerHour: 2 });
    const { mira, wen } = await castIn(core);
    await createRoom(core, mira, { kind: "room", title: "Coffee" });
    expect(await refusalOf(createRoom(core, mira, { kind: "room", title: "Cake" }))).toMatchObject({ code: "RATE_LIMITED", details: { limit: 2 } });
    await createRoom(core, mira, { kind: "dm", memberIds: [wen.user.id] });
    await createRoom(core, wen, { kind: "room", title: "Cake" });
    await core.close();
  });
});
