import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { expect, test } from "vitest";
import { castIn, person, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import { addMember } from "../members/add-member.ts";
import { leaveRoom } from "../rooms/leave-room.ts";

test.each(testDatabases())("[A24] what one sends at once keeps its order when what was known of the room has just become stale, on %s", async (kind) => {
  await using database = await openTestDatabase(kind);
  const { core } = await openTestCore(database);
  const { mira, tomas, roomId } = await castIn(core);
  for (let round = 0; round < 20; round++) {
    await say(core, tomas, roomId, "I'm here");
    const wen = await person(core, "wen");
    await addMember(core, mira, { roomId, userId: wen.user.id });
    await leaveRoom(core, wen, { roomId });
    // The second takes longer to decide: it may mention someone.
    const posts = await Promise.all(["One", "@nobody two", "three", "four"].map((words) => say(core, tomas, roomId, words)));
    const seqs = posts.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  }
  await core.close();
});
