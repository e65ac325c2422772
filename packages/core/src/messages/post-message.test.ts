import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import type { PostMessage } from "@tertulia/model/messages";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cast, castIn, eventsIn, listenTo, person, refusalOf } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { loadEvents } from "../feed/load-events.ts";
import { getInbox } from "../inbox/get-inbox.ts";
import { loadPosition } from "../reads/load-position.ts";
import { markRead } from "../reads/mark-read.ts";
import { joinRoom } from "../rooms/join-room.ts";
import { leaveRoom } from "../rooms/leave-room.ts";
import { updateRoom } from "../rooms/update-room.ts";
import { addMember } from "../members/add-member.ts";
import { deleteMessage } from "./delete-message.ts";
import { editMessage } from "./edit-message.ts";
import { getMessage } from "./get-message.ts";
import { postMessage } from "./post-message.ts";
import type { PendingPost, PostOutcome } from "./store-posts.ts";
import { PostQueue } from "./post-queue.ts";

describe.each(testDatabases())("posting on %s", (kind) => {
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

  const says = (who: Actor, roomId: string, content: string, more: Partial<PostMessage> = {}) =>
    postMessage(core, who, { roomId, clientId: newId(), content, type: "text", ...more });

  test("[B39] words that are taken back while a quote of them waits for the room are told to nobody", async () => {
    const { mira, roomId } = await castIn(core);
    const { id: messageId } = await says(mira, roomId, "A secret");
    const heard = await listenTo(core, "room", roomId);
    class Held extends PostQueue {
      override async add(post: PendingPost): Promise<PostOutcome> {
        await deleteMessage(core, mira, { messageId });
        return super.add(post);
      }
    }
    const quote = { roomId, clientId: newId(), content: "Really?", type: "text" as const, replyToId: messageId };
    expect(await postMessage({ ...core, posts: new Held({ ...core, quickFlights: 3 }) }, mira, quote)).toMatchObject({ replyTo: { id: messageId, excerpt: "" } });
    expect(eventsIn(heard).map(({ type }) => type)).toEqual(["message.deleted", "message.posted"]);
    expect(JSON.stringify(heard)).not.toContain("secret");
  });

  test("[M2] what is announced, what is answered and what a fresh fetch says are the same message", async () => {
    const { mira, roomId } = await castIn(core);
    const heard = await listenTo(core, "room", roomId);
    const first = await says(mira, roomId, "Tea?");
    const reply = await says(mira, roomId, "Or coffee?", { replyToId: first.id, metadata: { mood: "open" } });
    expect(await getMessage(core, mira, { messageId: reply.id })).toEqual(reply);
    expect(eventsIn(heard)).toEqual(await loadEvents(core.db, roomId, first.seq - 1, 10));
    expect(eventsIn(heard).map((event) => ("message" in event ? event.message : null))).toEqual([first, reply]);
  });

  test("[M3] a replay answers the first message, also after it was edited away; other content under the same id is a conflict", async () => {
    const { mira, roomId } = await castIn(core);
    const first = await says(mira, roomId, "Tea?", { clientId: "tea" });
    expect(await says(mira, roomId, "Tea?", { clientId: "tea" })).toEqual(first);
    expect(await refusalOf(says(mira, roomId, "Coffee?", { clientId: "tea" }))).toMatchObject({ code: "CONFLICT", details: { reason: "DIFFERENT_CONTENT" } });
    await deleteMessage(core, mira, { messageId: first.id });
    expect(await says(mira, roomId, "Tea?", { clientId: "tea" })).toMatchObject({ id: first.id, content: "" });
  });

  test("[M3] a replay is answered though what it quotes is gone, its author may no longer post, or the limit is reached", async () => {
    const { core: strict } = await openTestCore(database, { postsPerMinute: 2 });
    const { mira, tomas, roomId } = await castIn(strict);
    const quoted = await postMessage(strict, mira, { roomId, clientId: newId(), content: "Tea?", type: "text" });
    const reply = { roomId, clientId: newId(), content: "Yes", type: "text" as const, replyToId: quoted.id };
    const first = await postMessage(strict, tomas, reply);
    await deleteMessage(strict, mira, { messageId: quoted.id });
    expect(await postMessage(strict, tomas, reply)).toMatchObject({ id: first.id, seq: first.seq, content: "Yes", replyTo: { excerpt: "" } });
    await updateRoom(strict, mira, { roomId, settings: { whoCanPost: "admins" } });
    expect(await postMessage(strict, tomas, reply)).toMatchObject({ id: first.id });
    expect(await refusalOf(postMessage(strict, tomas, { ...reply, content: "No" }))).toMatchObject({ code: "CONFLICT" });
    expect(await refusalOf(postMessage(strict, tomas, { ...reply, clientId: newId(), replyToId: undefined }))).toMatchObject({ code: "PERMISSION_DENIED" });
    await strict.close();
  });

  test("[B39] a replay tells who has left nothing of what was said since", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const first = await says(mira, roomId, "Tea?");
    const yes = () => says(tomas, roomId, "Yes", { clientId: "yes", replyToId: first.id });
    await yes();
    await leaveRoom(core, tomas, { roomId });
    await editMessage(core, mira, { messageId: first.id, content: "Now that he's gone" });
    expect(await refusalOf(yes())).toMatchObject({ code: "PERMISSION_DENIED" });
  });

  test("[M3] the same clientId is another message for another person and in another room", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const other = await castIn(core);
    const ids = [
      await says(mira, roomId, "Tea?", { clientId: "tea" }),
      await says(tomas, roomId, "Tea?", { clientId: "tea" }),
      await says(other.mira, other.roomId, "Tea?", { clientId: "tea" }),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
  });

  test("[M7] a reply's target must be in the same room and not deleted", async () => {
    const { mira, roomId } = await castIn(core);
    const elsewhere = await castIn(core);
    const secret = await says(elsewhere.mira, elsewhere.roomId, "For us alone");
    const gone = await says(mira, roomId, "Never mind");
    await deleteMessage(core, mira, { messageId: gone.id });
    for (const replyToId of [secret.id, gone.id, newId()]) {
      expect(await refusalOf(says(mira, roomId, "What?", { replyToId }))).toMatchObject({ code: "MESSAGE_NOT_FOUND", details: { messageId: replyToId } });
    }
  });

  test("[M8] outside a private room it doesn't exist; outside a public one there is no right", async () => {
    const open = await castIn(core);
    const closed = await castIn(core, { isPrivate: true });
    expect(await refusalOf(says(open.wen, open.roomId, "Hello?"))).toMatchObject({ code: "PERMISSION_DENIED" });
    expect(await refusalOf(says(closed.wen, closed.roomId, "Hello?"))).toEqual(await refusalOf(says(closed.wen, closed.roomId, "Hello?")));
    expect(await refusalOf(says(closed.wen, closed.roomId, "Hello?"))).toMatchObject({ code: "ROOM_NOT_FOUND" });
    expect(await refusalOf(says(closed.wen, newId(), "Hello?"))).toMatchObject({ code: "ROOM_NOT_FOUND" });
  });

  test("words that people leave between their decision and their place, one after the other, are said all the same", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const leaving = await Promise.all(Array.from({ length: 9 }, () => person(core, "lin")));
    for (const { user } of leaving) await addMember(core, mira, { roomId, userId: user.id });
    let tries = 0;
    class Disturbed extends PostQueue {
      override async add(post: PendingPost): Promise<PostOutcome> {
        tries++;
        const leaver = leaving.pop();
        if (leaver) await leaveRoom(core, leaver, { roomId });
        return super.add(post);
      }
    }
    const words = { roomId, clientId: newId(), content: "Where is everyone?", type: "text" as const };
    expect(await postMessage({ ...core, posts: new Disturbed({ ...core, quickFlights: 3 }) }, tomas, words)).toMatchObject({ content: "Where is everyone?" });
    expect(tries).toBe(10);
  });

  test("who has left can't post on facts that another node still holds", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const other = (await openTestCore(database)).core;
    await postMessage(other, tomas, { roomId, clientId: newId(), content: "Still here", type: "text" });
    await leaveRoom(core, tomas, { roomId });
    expect(await refusalOf(postMessage(other, tomas, { roomId, clientId: newId(), content: "Am I?", type: "text" }))).toMatchObject({ code: "PERMISSION_DENIED" });
    await postMessage(other, mira, { roomId, clientId: newId(), content: "He left", type: "text" });
    await other.close();
  });

  test("where only admins may post, a member's post is refused at once, on every node", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const other = (await openTestCore(database)).core;
    await postMessage(other, tomas, { roomId, clientId: newId(), content: "Tea?", type: "text" });
    await updateRoom(core, mira, { roomId, settings: { whoCanPost: "admins" } });
    expect(await refusalOf(postMessage(other, tomas, { roomId, clientId: newId(), content: "Tea?", type: "text" }))).toMatchObject({ code: "PERMISSION_DENIED" });
    await postMessage(other, mira, { roomId, clientId: newId(), content: "Only we speak now", type: "text" });
    await other.close();
  });

  test("[L1] the 31st post within a minute is refused with its reset time and not stored; a replay is answered and never counts", async () => {
    const { core: strict, clock } = await openTestCore(database, { postsPerMinute: 30 });
    const { mira, roomId } = await castIn(strict);
    const post = (content: string, clientId: string) => postMessage(strict, mira, { roomId, clientId, content, type: "text" });
    const first = await post("0", "post 0");
    for (let n = 1; n < 30; n++) {
      await post(`${n}`, `post ${n}`);
      await post("0", "post 0");
    }
    expect(await refusalOf(post("30", "post 30"))).toMatchObject({ code: "RATE_LIMITED", details: { limit: 30, resetAt: new Date(clock.now() + 60_000).toISOString(), retryAfterMs: 60_000 } });
    expect(await post("0", "post 0")).toEqual(first);
    expect(await refusalOf(post("other words", "post 0"))).toMatchObject({ code: "CONFLICT" });
    clock.move(60_000);
    expect(await post("30", "post 30")).toMatchObject({ seq: first.seq + 30 });
    await strict.close();
  });

  test("a sender's posts keep their order though nobody waits for the one before, and though one must look something up first", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const target = await says(tomas, roomId, "Which?");
    const sent = await Promise.all(
      Array.from({ length: 30 }, (_, n) => says(mira, roomId, n % 3 === 0 ? `${n} @${tomas.user.username}` : `${n}`, n % 5 === 0 ? { replyToId: target.id } : {})),
    );
    expect(sent.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, n) => target.seq + 1 + n));
  });

  test("[A37] a core that closes first answers, stores and tells what it has taken, and takes nothing more", async () => {
    const { core: closing } = await openTestCore(database);
    const { mira, roomId } = await castIn(closing);
    await postMessage(closing, mira, { roomId, clientId: newId(), content: "0", type: "text" });
    const heard = await listenTo(closing, "room", roomId);
    const posts = ["1", "2", "3"].map((content) => postMessage(closing, mira, { roomId, clientId: newId(), content, type: "text" }));
    // They are admitted in a turn or two.
    await new Promise((resolve) => void setImmediate(resolve));
    await closing.close();
    expect((await Promise.all(posts)).map(({ content }) => content)).toEqual(["1", "2", "3"]);
    expect(eventsIn(heard)).toHaveLength(3);
    expect(await refusalOf(postMessage(closing, mira, { roomId, clientId: newId(), content: "4", type: "text" }))).toMatchObject({ code: "UNAVAILABLE" });
  });

  describe("mentions", () => {
    const mentionsOf = async ({ mira, roomId }: Cast, content: string) => (await says(mira, roomId, content)).mentions;

    test("name members of the room, each once, in any case and right before or after Chinese", async () => {
      const cast = await castIn(core);
      const name = cast.tomas.user.username;
      expect(await mentionsOf(cast, `@${name}, and @${name} again`)).toEqual([cast.tomas.user.id]);
      expect(await mentionsOf(cast, `@${name.toUpperCase()}!`)).toEqual([cast.tomas.user.id]);
      expect(await mentionsOf(cast, `你好@${name}在吗`)).toEqual([cast.tomas.user.id]);
      expect(await mentionsOf(cast, `So says @${name}.`)).toEqual([cast.tomas.user.id]);
    });

    test("[B56] are 50 at most", async () => {
      const cast = await castIn(core);
      const nobodies = Array.from({ length: 50 }, (_, number) => `@nobody${number}`).join(" ");
      expect(await mentionsOf(cast, `@${cast.tomas.user.username} ${nobodies}`)).toEqual([cast.tomas.user.id]);
      expect(await mentionsOf(cast, `${nobodies} @${cast.tomas.user.username}`)).toEqual([]);
    });

    test("are of a whole name, not of its beginning", async () => {
      const cast = await castIn(core);
      expect(await mentionsOf(cast, `@${cast.tomas.user.username}a @${cast.tomas.user.username}9`)).toEqual([]);
      expect(await mentionsOf(cast, `@${cast.tomas.user.username}-and-me`)).toEqual([cast.tomas.user.id]);
    });

    test("never name outsiders or the author", async () => {
      const cast = await castIn(core);
      expect(await mentionsOf(cast, `@${cast.wen.user.username} @${cast.mira.user.username} @nobody mail@example.org`)).toEqual([]);
    });

    describe("of everyone", () => {
      const positions = (people: Actor[], roomId: Id) => Promise.all(people.map(async (who) => (await loadPosition(core.db, roomId, who.user.id))?.mentions));

      test("are one flag on the message, and count for all but the author until they are read, edited away or deleted", async () => {
        const { mira, tomas, wen, roomId } = await castIn(core);
        await joinRoom(core, wen, { roomId });
        const people = [mira, tomas, wen];
        const { id: messageId, seq, mentions, mentionsRoom } = await says(mira, roomId, "@room tea's ready");
        expect({ mentions, mentionsRoom }).toEqual({ mentions: [], mentionsRoom: true });
        expect(await core.db.selectFrom("mentions").selectAll().where("message_id", "=", messageId).execute()).toEqual([]);
        expect(await positions(people, roomId)).toEqual([0, 1, 1]);
        expect((await getInbox(core, tomas)).items).toMatchObject([{ unread: 1, mentions: 1 }]);
        await markRead(core, tomas, { roomId, seq });
        expect(await positions(people, roomId)).toEqual([0, 0, 1]);
        await editMessage(core, mira, { messageId, content: "tea's ready" });
        expect(await positions(people, roomId)).toEqual([0, 0, 0]);
        const { id: again } = await editMessage(core, mira, { messageId, content: "@room tea's ready!" });
        expect(await positions(people, roomId)).toEqual([0, 0, 1]);
        await deleteMessage(core, mira, { messageId: again });
        expect(await positions(people, roomId)).toEqual([0, 0, 0]);
      });

      test("and of someone by name in the same message are one mention for them", async () => {
        const { mira, tomas, roomId } = await castIn(core);
        await says(mira, roomId, `@room and you too, @${tomas.user.username}`);
        expect(await positions([tomas], roomId)).toEqual([1]);
      });

      test("may stand before Chinese, but not inside another word", async () => {
        const { mira, roomId } = await castIn(core);
        const contents = ["@room大家好", "all (@Room)!", "@roommate", "@rooms", "mail@room", "@ room"];
        const told = [];
        for (const content of contents) told.push((await says(mira, roomId, content)).mentionsRoom);
        expect(told).toEqual([true, true, false, false, true, false]);
      });

      test("are only words to who may not, also by an edit, and in a thread to anyone", async () => {
        const { mira, tomas, roomId } = await castIn(core);
        await core.db.updateTable("rooms").set({ member_count: 21, access_version: 99 }).where("id", "=", roomId).execute();
        const words = await says(tomas, roomId, "@room tea!");
        expect(words).toMatchObject({ content: "@room tea!", mentionsRoom: false });
        expect(await editMessage(core, tomas, { messageId: words.id, content: "@room, tea!" })).toMatchObject({ mentionsRoom: false });
        const inThread = await says(mira, roomId, "@room tea!", { threadRootId: words.id });
        expect(inThread.mentionsRoom).toBe(false);
        expect(await editMessage(core, mira, { messageId: inThread.id, content: "@room, tea!" })).toMatchObject({ mentionsRoom: false });
        expect(await positions([mira, tomas], roomId)).toEqual([0, 0]);
        expect((await says(mira, roomId, "@room tea!")).mentionsRoom).toBe(true);
      });
    });

    test("of an assistant queue its answer in the post's own transaction; a replay queues no second one", async () => {
      const cast = await castIn(core);
      await addMember(core, cast.mira, { roomId: cast.roomId, userId: cast.quill });
      const { username } = await core.db.selectFrom("users").select("username").where("id", "=", cast.quill).executeTakeFirstOrThrow();
      const question = await says(cast.mira, cast.roomId, `@${username} how long does tea steep?`, { clientId: "question" });
      await says(cast.mira, cast.roomId, `@${username} how long does tea steep?`, { clientId: "question" });
      await says(cast.mira, cast.roomId, "Nobody is asked here");
      const runs = await core.db.selectFrom("assistant_runs").select(["trigger_message_id", "assistant_id", "asked_by"]).where("room_id", "=", cast.roomId).execute();
      expect(runs).toEqual([{ trigger_message_id: question.id, assistant_id: cast.quill, asked_by: cast.mira.user.id }]);
    });
  });
});
