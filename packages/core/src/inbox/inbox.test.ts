import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, person, refusalOf, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { deleteMessage } from "../messages/delete-message.ts";
import { createRoom } from "../rooms/create-room.ts";
import { joinRoom } from "../rooms/join-room.ts";
import { listRooms } from "../rooms/list-rooms.ts";
import { getInbox } from "./get-inbox.ts";
import { loadInboxEntries } from "./load-inbox-entries.ts";

describe.each(testDatabases())("the inbox on %s", (kind) => {
  let database: Database;
  let core: Core;
  let clock: MovableClock;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    ({ core, clock } = await openTestCore(database));
  });
  afterAll(async () => {
    await core.close();
    await database.close();
  });

  test("shows a room's newest words with their author, and what is unread and mentions me", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    await say(core, tomas, roomId, "I'm here");
    await say(core, mira, roomId, "Tea?");
    const { seq, createdAt } = await say(core, mira, roomId, `@${tomas.user.username}\n\nmore tea?`);
    const entry = { last: { seq, author: mira.user, excerpt: `@${tomas.user.username} more tea?`, at: createdAt }, headSeq: seq };
    expect((await getInbox(core, tomas)).items).toMatchObject([{ ...entry, unread: 2, mentions: 1, lastReadSeq: 2 }]);
    expect((await getInbox(core, mira)).items).toMatchObject([{ ...entry, unread: 1, mentions: 0, lastReadSeq: 1 }]);
  });

  test("passes over what was deleted or is still being written", async () => {
    const { mira, tomas, quill, roomId } = await castIn(core);
    await say(core, mira, roomId, "Tea?");
    const { id } = await say(core, mira, roomId, `@${tomas.user.username}`);
    await deleteMessage(core, mira, { messageId: id });
    const at = new Date();
    await core.db
      .insertInto("messages")
      .values({ id: crypto.randomUUID(), room_id: roomId, seq: 50, unread_seq: null, author_id: quill, role: "assistant", type: "markdown", content: "", metadata: "{}", status: "streaming", created_at: at, updated_at: at })
      .execute();
    expect((await getInbox(core, tomas)).items).toMatchObject([{ last: { excerpt: "Tea?" }, unread: 1, mentions: 0 }]);
  });

  test("counts up to 100", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    await Promise.all(Array.from({ length: 103 }, () => say(core, mira, roomId, `@${tomas.user.username}`)));
    expect((await getInbox(core, tomas)).items).toMatchObject([{ unread: 100, mentions: 100 }]);
  });

  test("has the room with the newest words first, a new room by when it was made", async () => {
    const mira = await person(core, "mira");
    const titled = async (title: string) => {
      const { room } = await createRoom(core, mira, { kind: "room", title });
      clock.move(1_000);
      return room.id;
    };
    const [first, , third] = [await titled("first"), await titled("second"), await titled("third")];
    const titles = async () => (await getInbox(core, mira)).items.map(({ room }) => room.title);
    expect(await titles()).toEqual(["third", "second", "first"]);
    // A message is stamped by the database's clock, so the rooms are put into its past.
    for (const [id, hours] of [[first, 3], [third, 1]] as const) {
      await core.db.updateTable("rooms").set({ created_at: new Date(Date.now() - hours * 3_600_000) }).where("id", "=", id).execute();
    }
    await core.db.updateTable("rooms").set({ created_at: new Date(Date.now() - 2 * 3_600_000) }).where("title", "=", "second").execute();
    await say(core, mira, first);
    expect(await titles()).toEqual(["first", "third", "second"]);
  });

  test("comes page by page, each room once, though many share a moment and some speak in between", async () => {
    const mira = await person(core, "mira");
    const made = [];
    for (let number = 0; number < 12; number++) {
      if (number % 5 === 0) clock.move(1_000);
      made.push((await createRoom(core, mira, { kind: "room", title: `${number}` })).room.id);
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listRooms>> = await listRooms(core, mira, { limit: 5, ...(cursor === null ? {} : { cursor }) });
      seen.push(...page.items.map(({ room }) => room.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(12);
    expect(new Set(seen)).toEqual(new Set(made));
    for (const wrong of ["nonsense", Buffer.from("1 2").toString("base64url"), Buffer.from(`x ${made[0]}`).toString("base64url")]) {
      expect(await refusalOf(listRooms(core, mira, { cursor: wrong }))).toMatchObject({ code: "VALIDATION_FAILED", details: { field: "cursor" } });
    }
  });

  test("holds my rooms alone, and tells nothing of the others", async () => {
    const { mira, wen, roomId } = await castIn(core);
    expect((await getInbox(core, wen)).items).toEqual([]);
    expect(await loadInboxEntries(core.db, wen.user.id, { roomIds: [roomId] })).toEqual([]);
    await joinRoom(core, wen, { roomId });
    expect(await loadInboxEntries(core.db, wen.user.id, { roomIds: [roomId] })).toEqual((await getInbox(core, wen)).items);
    expect((await getInbox(core, mira)).items).toHaveLength(1);
  });

  test("names the people of direct messages and assistant chats only", async () => {
    const { mira, tomas, quill } = await castIn(core);
    await createRoom(core, mira, { kind: "dm", memberIds: [tomas.user.id] });
    await createRoom(core, mira, { kind: "assistant", memberIds: [quill] });
    const others = (await getInbox(core, mira)).items.map((entry) => [entry.room.kind, entry.others.map(({ id }) => id)]);
    expect(new Map(others.map(([of, ids]) => [of, ids]))).toEqual(new Map<unknown, unknown>([["room", []], ["dm", [tomas.user.id]], ["assistant", [quill]]]));
  });
});
