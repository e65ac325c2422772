import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cast, castIn, eventsIn, listenTo, person, refusalOf, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { loadEvents } from "../feed/load-events.ts";
import { setRole } from "../members/set-role.ts";
import { createRoom } from "../rooms/create-room.ts";
import { joinRoom } from "../rooms/join-room.ts";
import { leaveRoom } from "../rooms/leave-room.ts";
import { deleteMessage } from "./delete-message.ts";
import { editMessage } from "./edit-message.ts";
import { getMessage } from "./get-message.ts";
import { listMessages } from "./list-messages.ts";
import { postMessage } from "./post-message.ts";

describe.each(testDatabases())("messages on %s", (kind) => {
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

  describe("editing", () => {
    test("gives the message its new words for everyone, and says when", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const { id, seq } = await say(core, mira, roomId, "Tae?");
      const heard = await listenTo(core, "room", roomId);
      const edited = await editMessage(core, mira, { messageId: id, content: "Tea?" });
      expect(edited).toMatchObject({ id, seq, content: "Tea?", editedAt: new Date(clock.now()).toISOString() });
      expect(eventsIn(heard)).toEqual([expect.objectContaining({ seq: seq + 1, type: "message.edited", message: edited })]);
      expect(await getMessage(core, tomas, { messageId: id })).toEqual(edited);
    });

    test("keeps what was said before, each with its time, until the message is taken back", async () => {
      const { mira, roomId } = await castIn(core);
      const { id, createdAt } = await say(core, mira, roomId, "Tae?");
      const { editedAt } = await editMessage(core, mira, { messageId: id, content: "Tea?" });
      clock.move(1_000);
      await editMessage(core, mira, { messageId: id, content: "Tea!" });
      const before = () => core.db.selectFrom("message_revisions").select(["content", "written_at"]).where("message_id", "=", id).orderBy("replaced_at").execute();
      expect((await before()).map(({ content, written_at }) => [content, written_at.toISOString()])).toEqual([["Tae?", createdAt], ["Tea?", editedAt]]);
      await deleteMessage(core, mira, { messageId: id });
      expect(await before()).toEqual([]);
    });

    test("to the same words changes nothing", async () => {
      const { mira, roomId } = await castIn(core);
      const message = await say(core, mira, roomId);
      const heard = await listenTo(core, "room", roomId);
      expect(await editMessage(core, mira, { messageId: message.id, content: message.content })).toMatchObject({ editedAt: null });
      expect(heard).toEqual([]);
    });

    test("[M3] doesn't confuse a replay of the post: it is known by its first words", async () => {
      const { mira, roomId } = await castIn(core);
      const post = { roomId, clientId: newId(), content: "Tae?", type: "text" as const };
      const { id } = await postMessage(core, mira, post);
      await editMessage(core, mira, { messageId: id, content: "Tea?" });
      expect(await postMessage(core, mira, post)).toMatchObject({ id, content: "Tea?" });
      expect(await refusalOf(postMessage(core, mira, { ...post, content: "Tea?" }))).toMatchObject({ code: "CONFLICT" });
    });

    test("mentions those whom the new words name, and no longer those of the old", async () => {
      const { mira, tomas, wen, roomId } = await castIn(core);
      await joinRoom(core, wen, { roomId });
      const { id } = await say(core, mira, roomId, `@${tomas.user.username} tea?`);
      expect((await editMessage(core, mira, { messageId: id, content: `@${wen.user.username} @${mira.user.username} tea?` })).mentions).toEqual([wen.user.id]);
      expect((await editMessage(core, mira, { messageId: id, content: "tea?" })).mentions).toEqual([]);
    });

    test("[B12] is its author's alone, and gone messages can't be told from those never there", async () => {
      const { mira, tomas, wen, roomId } = await castIn(core);
      const { id } = await say(core, tomas, roomId);
      expect(await refusalOf(editMessage(core, mira, { messageId: id, content: "Mine" }))).toMatchObject({ code: "PERMISSION_DENIED" });
      const { id: gone } = await say(core, tomas, roomId);
      await deleteMessage(core, tomas, { messageId: gone });
      const nowhere = newId();
      for (const [who, messageId] of [[tomas, gone], [tomas, nowhere], [wen, id]] as const) {
        expect(await refusalOf(editMessage(core, who, { messageId, content: "Mine" }))).toEqual({ code: "MESSAGE_NOT_FOUND", message: "Message not found", details: { messageId } });
      }
    });

    test("[B39] of one's own words ends with the membership", async () => {
      const { tomas, roomId } = await castIn(core);
      const { id } = await say(core, tomas, roomId);
      await leaveRoom(core, tomas, { roomId });
      expect(await refusalOf(editMessage(core, tomas, { messageId: id, content: "Later" }))).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
      expect(await refusalOf(deleteMessage(core, tomas, { messageId: id }))).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
    });
  });

  describe("deleting", () => {
    test("wipes the words, keeps the place, and tells everyone", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const { id, seq } = await postMessage(core, tomas, { roomId, clientId: newId(), content: "Secret", type: "text", metadata: { secret: true } });
      const heard = await listenTo(core, "room", roomId);
      expect(await deleteMessage(core, tomas, { messageId: id })).toEqual({ messageId: id });
      expect(eventsIn(heard)).toMatchObject([{ seq: seq + 1, type: "message.deleted", messageId: id }]);
      const row = await core.db.selectFrom("messages").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
      expect(JSON.stringify(row)).not.toMatch(/secret/i);
      const { items } = await listMessages(core, mira, { roomId });
      expect(items).toMatchObject([{ id, seq, content: "", metadata: {}, deletedAt: new Date(clock.now()).toISOString() }]);
      expect(await refusalOf(getMessage(core, mira, { messageId: id }))).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
    });

    test("leaves none of the words in a backlog or a quote", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const { id } = await say(core, tomas, roomId, "Secret");
      await postMessage(core, mira, { roomId, clientId: newId(), content: "Really?", type: "text", replyToId: id });
      await deleteMessage(core, tomas, { messageId: id });
      expect(JSON.stringify([await loadEvents(core.db, roomId, 0, 100), await listMessages(core, mira, { roomId })])).not.toContain("Secret");
    });

    test("is for its author, the room's admins and the global roles; once", async () => {
      const { mira, tomas, wen, roomId } = await castIn(core);
      const [admin, moderator] = [await person(core, "ada"), await person(core, "moe", { role: "MODERATOR" })];
      for (const who of [wen, admin, moderator]) await joinRoom(core, who, { roomId });
      await setRole(core, mira, { roomId, userId: admin.user.id, role: "ADMIN" });
      for (const who of [tomas, mira, admin, moderator]) {
        const { id } = await say(core, tomas, roomId);
        expect(await refusalOf(deleteMessage(core, wen, { messageId: id }))).toMatchObject({ code: "PERMISSION_DENIED" });
        await deleteMessage(core, who, { messageId: id });
        expect(await refusalOf(deleteMessage(core, who, { messageId: id }))).toMatchObject({ code: "MESSAGE_NOT_FOUND" });
      }
    });

    test("many times at once happens once", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const { id, seq } = await say(core, tomas, roomId);
      const deleted = await Promise.allSettled([tomas, mira, tomas, mira].map((who) => deleteMessage(core, who, { messageId: id })));
      expect(deleted.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect((await listMessages(core, mira, { roomId })).headSeq).toBe(seq + 1);
    });

    test("while it is being edited ends deleted, without words, whoever came first", async () => {
      const { tomas, roomId } = await castIn(core);
      for (let round = 0; round < 5; round++) {
        const { id: messageId } = await say(core, tomas, roomId);
        await Promise.allSettled([editMessage(core, tomas, { messageId, content: "Secret" }), deleteMessage(core, tomas, { messageId })]);
        expect(await core.db.selectFrom("messages").select("content").where("id", "=", messageId).executeTakeFirst()).toEqual({ content: "" });
      }
    });

    test("takes an answer's words from its run too, but not while it is being written", async () => {
      const { mira, quill, roomId } = await castIn(core);
      const question = await say(core, mira, roomId);
      const messageId = newId();
      const at = new Date();
      await core.db
        .insertInto("messages")
        .values({ id: messageId, room_id: roomId, seq: 100, unread_seq: null, author_id: quill, role: "assistant", type: "markdown", content: "", metadata: "{}", status: "streaming", created_at: at, updated_at: at })
        .execute();
      await core.db
        .insertInto("assistant_runs")
        .values({ id: newId(), room_id: roomId, assistant_id: quill, asked_by: mira.user.id, trigger_message_id: question.id, message_id: messageId, status: "running", text: "Secret" })
        .execute();
      expect(await refusalOf(deleteMessage(core, mira, { messageId }))).toMatchObject({ code: "CONFLICT", details: { reason: "STREAMING" } });
      await core.db.updateTable("messages").set({ status: "sent", content: "Secret" }).where("id", "=", messageId).execute();
      await deleteMessage(core, mira, { messageId });
      expect(await core.db.selectFrom("assistant_runs").select("text").where("message_id", "=", messageId).execute()).toEqual([{ text: "" }]);
    });
  });

  test("[M4] whatever many do at once takes seqs without a gap, and the log tells each message as it is in the end", async () => {
    const { mira, tomas, wen, roomId } = await castIn(core);
    const deeds = Array.from({ length: 12 }, async (_, index) => {
      const who = index % 2 ? mira : tomas;
      const { id: messageId } = await say(core, who, roomId, `Cup ${index}`);
      await Promise.all([editMessage(core, who, { messageId, content: `Pot ${index}` }), say(core, who, roomId)]);
      if (index % 3 === 0) await deleteMessage(core, who, { messageId });
    });
    const comings = [wen, await person(core, "lin"), await person(core, "ada")].map(async (who) => {
      await joinRoom(core, who, { roomId });
      await leaveRoom(core, who, { roomId });
    });
    await Promise.all([...deeds, ...comings]);
    const events = await loadEvents(core.db, roomId, 0, 1_000);
    const { headSeq, items } = await listMessages(core, mira, { roomId, limit: 100 });
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: headSeq }, (_, index) => index + 1));
    expect(events.map(({ type }) => type).filter((type) => type.startsWith("message.")).toSorted()).toEqual([
      ...Array(4).fill("message.deleted"), ...Array(12).fill("message.edited"), ...Array(24).fill("message.posted"),
    ]);
    const told = new Map(events.flatMap((event) => ("message" in event ? [[event.message.id, event.message] as const] : [])));
    expect(told).toEqual(new Map(items.map((message) => [message.id, message])));
  });

  describe("the history", () => {
    const numbers = ({ items }: { items: { content: string }[] }) => items.map(({ content }) => Number(content));
    let cast: Cast;
    let seqOf: (number: number) => number;

    beforeAll(async () => {
      cast = await castIn(core);
      const seqs: number[] = [];
      for (let number = 1; number <= 12; number++) {
        seqs.push((await say(core, cast.mira, cast.roomId, `${number}`)).seq);
        // Events of other kinds take seqs between the messages.
        if (number % 4 === 0) {
          await joinRoom(core, cast.wen, { roomId: cast.roomId });
          await leaveRoom(core, cast.wen, { roomId: cast.roomId });
        }
      }
      seqOf = (number) => seqs[number - 1] ?? 0;
    });

    test("begins with the newest page, oldest first inside, and says which seq it is from", async () => {
      const page = await listMessages(core, cast.tomas, { roomId: cast.roomId, limit: 5 });
      expect(numbers(page)).toEqual([8, 9, 10, 11, 12]);
      expect(page).toMatchObject({ hasBefore: true, hasAfter: false, headSeq: seqOf(12) + 2 });
    });

    test("goes back page by page to the first message, each once", async () => {
      const seen: number[] = [];
      let before: number | undefined;
      let page;
      do {
        page = await listMessages(core, cast.tomas, { roomId: cast.roomId, limit: 5, before });
        expect(page.hasAfter).toBe(before !== undefined);
        seen.unshift(...numbers(page));
        before = page.items[0]?.seq;
      } while (page.hasBefore);
      expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    });

    test("goes on after a seq, also one that is no message's", async () => {
      const page = await listMessages(core, cast.tomas, { roomId: cast.roomId, limit: 3, after: seqOf(4) + 1 });
      expect(numbers(page)).toEqual([5, 6, 7]);
      expect(page).toMatchObject({ hasBefore: true, hasAfter: true });
      const end = await listMessages(core, cast.tomas, { roomId: cast.roomId, after: seqOf(12) });
      expect(end).toMatchObject({ items: [], hasBefore: true, hasAfter: false });
      expect(await listMessages(core, cast.tomas, { roomId: cast.roomId, after: 0, limit: 12 })).toMatchObject({ hasBefore: false, hasAfter: false });
    });

    test("shows what stands around a message, with it in the middle, and stops at the ends", async () => {
      const around = (number: number, limit: number) => listMessages(core, cast.tomas, { roomId: cast.roomId, around: seqOf(number), limit });
      expect(await around(6, 5).then(numbers)).toEqual([4, 5, 6, 7, 8]);
      expect(await around(6, 1).then(numbers)).toEqual([6]);
      expect(await around(1, 5)).toMatchObject({ hasBefore: false, hasAfter: true });
      expect(await around(12, 5)).toMatchObject({ hasBefore: true, hasAfter: false });
    });

    test("is for members only, and of an empty room it is empty", async () => {
      expect(await refusalOf(listMessages(core, cast.wen, { roomId: cast.roomId }))).toMatchObject({ code: "PERMISSION_DENIED" });
      const { room } = await createRoom(core, cast.mira, { kind: "room", title: "Empty" });
      expect(await listMessages(core, cast.mira, { roomId: room.id })).toEqual({ items: [], hasBefore: false, hasAfter: false, headSeq: 1 });
    });
  });
});
