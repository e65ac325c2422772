import type { Database } from "@tertulia/db/open";
import { openTestDatabase } from "@tertulia/db/testing/open-test-database";
import type { InboxUpdate } from "@tertulia/model/inbox";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, say } from "../../test/cast.ts";
import { listen } from "../../test/listener.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
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
});
