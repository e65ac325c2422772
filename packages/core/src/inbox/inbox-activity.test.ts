import type { Database } from "@tertulia/db/open";
import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import type { InboxUpdate } from "@tertulia/model/inbox";
import * as limits from "@tertulia/model/limits";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, say } from "../../test/cast.ts";
import { listen } from "../../test/listener.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { addMember } from "../members/add-member.ts";
import { deleteMessage } from "../messages/delete-message.ts";
import { editMessage } from "../messages/edit-message.ts";
import { postMessage } from "../messages/post-message.ts";

describe("what an inbox hears of a room", () => {
  let database: Database;
  let core: Core;
  let clock: MovableClock;
  beforeAll(async () => {
    database = await openTestDatabase();
    ({ core, clock } = await openTestCore(database));
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  const activities = (updates: InboxUpdate[]) => updates.filter((update) => update.type === "room.activity");
  const positions = (updates: InboxUpdate[]) => updates.filter((update) => update.type === "room.position");

  test("a reply in a thread is neither its newest words nor unread, and counts as a mention for whom it names", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const root = await say(core, mira, roomId, "Which tea?");
    const inbox = await listen(core, tomas, { kind: "inbox" });
    const replies = (content: string) => postMessage(core, mira, { roomId, clientId: newId(), content, type: "text", threadRootId: root.id });
    const named = await replies(`@${tomas.user.username} green?`);
    await inbox.until(() => activities(inbox.inbox).length > 0);
    expect(activities(inbox.inbox)).toMatchObject([{ last: { excerpt: "Which tea?" }, counted: [{ seq: named.seq, mentions: [tomas.user.id], inThread: true }] }]);
    await replies("Nobody is named");
    const { seq } = await say(core, mira, roomId, "@room it's ready");
    clock.move(1_000);
    await inbox.until(() => activities(inbox.inbox).length > 1);
    expect(activities(inbox.inbox)[1]).toMatchObject({ last: { excerpt: "@room it's ready" }, counted: [{ seq, mentions: [], mentionsRoom: true }] });
    inbox.stop();
  });

  test("an edit that names someone tells everyone their numbers anew", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const { id: messageId } = await say(core, mira, roomId, "Tea?");
    const inbox = await listen(core, tomas, { kind: "inbox" });
    await editMessage(core, mira, { messageId, content: `Tea, @${tomas.user.username}?` });
    await inbox.until(() => positions(inbox.inbox).length > 0);
    expect(positions(inbox.inbox)).toMatchObject([{ unread: 1, mentions: 1 }]);
    inbox.stop();
  });

  test("a mention in a thread that is taken back is told to those who look at the room, too: their numbers can't be told from it", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const root = await say(core, mira, roomId, "Which tea?");
    const { id: messageId } = await postMessage(core, mira, { roomId, clientId: newId(), content: `@${tomas.user.username} green?`, type: "text", threadRootId: root.id });
    const messages = await listen(core, tomas, { kind: "messages", roomId, after: null }, "one connection");
    const inbox = await listen(core, tomas, { kind: "inbox" }, "one connection");
    await deleteMessage(core, mira, { messageId });
    await inbox.until(() => positions(inbox.inbox).length > 0);
    expect(positions(inbox.inbox)).toMatchObject([{ mentions: 0 }]);
    expect(activities(inbox.inbox)).toEqual([]);
    for (const { stop } of [messages, inbox]) stop();
  });

  describe("when one stops following the room, as one's client did a while ago", () => {
    /** Tomas follows the room and has an inbox on the same connection, wen has an inbox alone. */
    async function aFollower() {
      const { mira, tomas, wen, roomId } = await castIn(core);
      await addMember(core, mira, { roomId, userId: wen.user.id });
      const messages = await listen(core, tomas, { kind: "messages", roomId, after: null }, `connection into ${roomId}`);
      const [inbox, wens] = [await listen(core, tomas, { kind: "inbox" }, messages.connectionId), await listen(core, wen, { kind: "inbox" })];
      const says = async (content: string) => (await say(core, mira, roomId, content)).seq;
      return { tomas, messages, inbox, wens, says };
    }
    const counted = (updates: InboxUpdate[]) => activities(updates).map((update) => update.counted.map(({ seq }) => seq));

    test("what was told of late is told again, to that connection alone", async () => {
      const { tomas, messages, inbox, wens, says } = await aFollower();
      const tea = await says(`Tea, @${tomas.user.username}?`);
      await wens.until(() => activities(wens.inbox).length > 0);
      messages.stop();
      clock.move(1_000);
      await inbox.until(() => activities(inbox.inbox).length > 0);
      expect(activities(inbox.inbox)).toMatchObject([{ headSeq: tea, last: { seq: tea }, counted: [{ seq: tea, mentions: [tomas.user.id] }] }]);
      clock.move(1_000);
      const cake = await says("Cake?");
      for (const each of [inbox, wens]) {
        await each.until(() => activities(each.inbox).length > 1);
        expect(counted(each.inbox)).toEqual([[tea], [cake]]);
        each.stop();
      }
    });

    test("it is told with what is new, and not after it", async () => {
      const { messages, inbox, wens, says } = await aFollower();
      const tea = await says("Tea?");
      await wens.until(() => activities(wens.inbox).length > 0);
      messages.stop();
      const cake = await says("Cake?");
      clock.move(1_000);
      await inbox.until(() => activities(inbox.inbox).length > 0);
      expect(counted(inbox.inbox)[0]).toEqual([tea, cake]);
      for (const { stop } of [inbox, wens]) stop();
    });

    test("what was told longer ago than a line may be silent isn't told again", async () => {
      const { messages, inbox, wens, says } = await aFollower();
      await says("Tea?");
      await wens.until(() => activities(wens.inbox).length > 0);
      clock.move(limits.socketSilenceMs);
      messages.stop();
      const cake = await says("Cake?");
      await inbox.until(() => activities(inbox.inbox).length > 0);
      expect(counted(inbox.inbox)).toEqual([[cake]]);
      for (const { stop } of [inbox, wens]) stop();
    });
  });
});
