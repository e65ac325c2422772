import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, eventsIn, listenTo, person, refusalOf, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { loadEvents } from "../feed/load-events.ts";
import { addMember } from "../members/add-member.ts";
import { removeMember } from "../members/remove-member.ts";
import { deleteMessage } from "../messages/delete-message.ts";
import { getMessage } from "../messages/get-message.ts";
import { listMessages } from "../messages/list-messages.ts";
import { addReaction } from "./add-reaction.ts";
import { removeReaction } from "./remove-reaction.ts";

/** Twenty-one that are all different. */
const EMOJIS = ["😀", "😁", "😂", "🤣", "😃", "😄", "😅", "😆", "😉", "😊", "😋", "😎", "😍", "😘", "🥰", "😗", "😙", "😚", "🙂", "🤗", "🤩"];

describe.each(testDatabases())("reactions on %s", (kind) => {
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

  test("stand under their message in the order they were added, for everyone", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const { id: messageId, seq } = await say(core, mira, roomId);
    const heard = await listenTo(core, "room", roomId);
    await addReaction(core, tomas, { messageId, emoji: "👍" });
    await addReaction(core, mira, { messageId, emoji: "❤️" });
    const all = await addReaction(core, mira, { messageId, emoji: "👍" });
    expect(all).toEqual([
      { emoji: "👍", userIds: [tomas.user.id, mira.user.id], seqs: [seq + 1, seq + 3], count: 2 },
      { emoji: "❤️", userIds: [mira.user.id], seqs: [seq + 2], count: 1 },
    ]);
    expect((await getMessage(core, tomas, { messageId })).reactions).toEqual(all);
    expect((await listMessages(core, tomas, { roomId })).items[0]?.reactions).toEqual(all);
    const told = { roomId, type: "reaction.added", messageId };
    expect(eventsIn(heard)).toMatchObject([
      { ...told, seq: seq + 1, actorId: tomas.user.id, emoji: "👍", userId: tomas.user.id },
      { ...told, seq: seq + 2, emoji: "❤️", userId: mira.user.id },
      { ...told, seq: seq + 3, emoji: "👍", userId: mira.user.id },
    ]);
    expect(await loadEvents(core.db, roomId, seq, 10)).toEqual(eventsIn(heard));
  });

  test("[B55] the same one twice is one, and nobody is told of the second", async () => {
    const { mira, roomId } = await castIn(core);
    const { id: messageId } = await say(core, mira, roomId);
    const heard = await listenTo(core, "room", roomId);
    const once = await addReaction(core, mira, { messageId, emoji: "👍" });
    expect(await addReaction(core, mira, { messageId, emoji: "👍" })).toEqual(once);
    expect(eventsIn(heard)).toHaveLength(1);
    expect(await removeReaction(core, mira, { messageId, emoji: "👍" })).toEqual([]);
    expect(await removeReaction(core, mira, { messageId, emoji: "👍" })).toEqual([]);
    expect(eventsIn(heard).map(({ type }) => type)).toEqual(["reaction.added", "reaction.removed"]);
  });

  test("one's own is taken back, another's stays", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const { id: messageId } = await say(core, mira, roomId);
    await addReaction(core, mira, { messageId, emoji: "👍" });
    expect(await removeReaction(core, tomas, { messageId, emoji: "👍" })).toMatchObject([{ userIds: [mira.user.id] }]);
  });

  test("[B55] of fifty toggles at once the count is exact", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const { id: messageId } = await say(core, mira, roomId);
    const toggles = Array.from({ length: 50 }, (_, at) => (at % 3 === 2 ? removeReaction : addReaction)(core, at % 2 ? mira : tomas, { messageId, emoji: "👍" }));
    await Promise.all(toggles);
    const events = (await loadEvents(core.db, roomId, 0, 100)).filter(({ type }) => type.startsWith("reaction."));
    const there = new Set<string>();
    for (const { type, actorId } of events) {
      expect(there.has(actorId)).toBe(type === "reaction.removed");
      if (type === "reaction.added") there.add(actorId);
      else there.delete(actorId);
    }
    const [reaction] = (await getMessage(core, mira, { messageId })).reactions;
    expect(new Set(reaction?.userIds)).toEqual(there);
    expect(reaction?.count ?? 0).toBe(there.size);
  });

  test("[B55] a message carries twenty different ones, though they come at once; more people may join those", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const { id: messageId } = await say(core, mira, roomId);
    const added = await Promise.allSettled(EMOJIS.map((emoji) => addReaction(core, mira, { messageId, emoji })));
    expect(added.filter(({ status }) => status === "fulfilled")).toHaveLength(20);
    const there = (await getMessage(core, mira, { messageId })).reactions;
    const missing = EMOJIS.find((emoji) => !there.some((reaction) => reaction.emoji === emoji)) ?? "";
    expect(await refusalOf(addReaction(core, tomas, { messageId, emoji: missing }))).toMatchObject({ code: "CONFLICT", details: { reason: "TOO_MANY_EMOJIS", limit: 20 } });
    await addReaction(core, tomas, { messageId, emoji: there[0]?.emoji ?? "" });
  });

  test("a deleted message has none and takes none", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const { id: messageId } = await say(core, mira, roomId);
    await addReaction(core, tomas, { messageId, emoji: "👍" });
    await deleteMessage(core, mira, { messageId });
    expect((await listMessages(core, tomas, { roomId })).items).toMatchObject([{ id: messageId, reactions: [] }]);
    for (const deed of [addReaction, removeReaction]) expect(await refusalOf(deed(core, tomas, { messageId, emoji: "👍" }))).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
  });

  test("[B39] whoever is outside, or out again, reacts to nothing", async () => {
    const { mira, wen, roomId } = await castIn(core);
    const { id: messageId } = await say(core, mira, roomId);
    expect(await refusalOf(addReaction(core, wen, { messageId, emoji: "👍" }))).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
    const lin = await person(core, "lin");
    await addMember(core, mira, { roomId, userId: lin.user.id });
    await addReaction(core, lin, { messageId, emoji: "👍" });
    await removeMember(core, mira, { roomId, userId: lin.user.id });
    for (const deed of [addReaction, removeReaction]) expect(await refusalOf(deed(core, lin, { messageId, emoji: "👍" }))).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
    expect((await getMessage(core, mira, { messageId })).reactions).toMatchObject([{ userIds: [lin.user.id] }]);
  });
});
