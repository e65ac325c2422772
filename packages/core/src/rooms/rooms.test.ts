import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assistant, castIn, eventsIn, listenTo, person, refusalOf, say } from "../../test/cast.ts";
import { listen } from "../../test/listener.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import { AttemptLimit } from "../accounts/attempt-limits.ts";
import { hashPassword } from "../accounts/passwords.ts";
import type { Core } from "../core.ts";
import { loadEvents } from "../feed/load-events.ts";
import { getInbox } from "../inbox/get-inbox.ts";
import { listMembers } from "../members/list-members.ts";
import { archiveRoom } from "./archive-room.ts";
import { browseRooms } from "./browse-rooms.ts";
import { createRoom } from "./create-room.ts";
import { deleteRoom } from "./delete-room.ts";
import { getRoom } from "./get-room.ts";
import { joinRoom } from "./join-room.ts";
import { leaveRoom } from "./leave-room.ts";
import { listRooms } from "./list-rooms.ts";
import { openRoom } from "./open-room.ts";
import { restoreRoom } from "./restore-room.ts";
import { unarchiveRoom } from "./unarchive-room.ts";
import { updateRoom } from "./update-room.ts";

describe.each(testDatabases())("rooms on %s", (kind) => {
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

  describe("making one", () => {
    test("seats its maker as owner and the people named, each announced and told", async () => {
      const [mira, tomas] = [await person(core, "mira"), await person(core, "tomas")];
      const toldTomas = await listenTo(core, "user", tomas.user.id);
      const entry = await createRoom(core, mira, { kind: "room", title: "Tea", memberIds: [tomas.user.id, mira.user.id, tomas.user.id] });

      expect(entry).toMatchObject({ unread: 0, lastReadSeq: 2, headSeq: 2, last: null, others: [] });
      expect(entry.room).toMatchObject({ title: "Tea", isPrivate: false, memberCount: 2, settings: { assistantMode: "mention", whoCanPost: "everyone" } });
      const members = await listMembers(core, mira, { roomId: entry.room.id });
      expect(members.items.map(({ user, role }) => [user.id, role])).toEqual([[mira.user.id, "OWNER"], [tomas.user.id, "MEMBER"]]);
      expect(await loadEvents(core.db, entry.room.id, 0, 10)).toMatchObject([
        { seq: 1, type: "member.joined", user: { id: mira.user.id }, memberCount: 1 },
        { seq: 2, type: "member.joined", user: { id: tomas.user.id }, memberCount: 2, actorId: mira.user.id },
      ]);
      expect(toldTomas).toEqual([{ kind: "joined", roomId: entry.room.id }]);
    });

    test("without a title is called a new conversation, in the language of whoever makes it", async () => {
      const [mira, wen] = [await person(core, "mira"), await person(core, "wen", { locale: "zh-CN" })];
      expect((await createRoom(core, mira, { kind: "room" })).room.title).toBe("New conversation");
      expect((await createRoom(core, wen, { kind: "room" })).room.title).toBe("新对话");
    });

    test("needs people who exist", async () => {
      const mira = await person(core, "mira");
      const nobody = newId();
      expect(await refusalOf(createRoom(core, mira, { kind: "room", title: "Tea", memberIds: [nobody] }))).toMatchObject({ code: "NOT_FOUND", details: { userId: nobody } });
    });

    test("keeps a room's password as argon2id alone", async () => {
      const mira = await person(core, "mira");
      const { room } = await createRoom(core, mira, { kind: "room", title: "Tea", password: "oolong" });
      expect(room.hasPassword).toBe(true);
      const { password_hash } = await core.db.selectFrom("rooms").select("password_hash").where("id", "=", room.id).executeTakeFirstOrThrow();
      expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    });
  });

  describe("a direct message", () => {
    test("is private, has no title and no owner, and shows each the other", async () => {
      const [mira, tomas] = [await person(core, "mira"), await person(core, "tomas")];
      const entry = await createRoom(core, mira, { kind: "dm", memberIds: [tomas.user.id], isPrivate: false });
      expect(entry.room).toMatchObject({ kind: "dm", title: "", isPrivate: true, memberCount: 2 });
      expect(entry.others).toEqual([tomas.user]);
      expect((await getInbox(core, tomas)).items.map(({ others }) => others)).toEqual([[mira.user]]);
      expect((await listMembers(core, mira, { roomId: entry.room.id })).items.map(({ role }) => role)).toEqual(["MEMBER", "MEMBER"]);
    });

    test("is one, even if both open it at the same moment again and again", async () => {
      for (let round = 0; round < 5; round++) {
        const [mira, tomas] = [await person(core, "mira"), await person(core, "tomas")];
        const opened = await Promise.all(
          [mira, tomas, mira, tomas].map((who) => createRoom(core, who, { kind: "dm", memberIds: [who === mira ? tomas.user.id : mira.user.id] })),
        );
        expect(new Set(opened.map(({ room }) => room.id)).size).toBe(1);
        expect(opened.map(({ room }) => room.memberCount)).toEqual([2, 2, 2, 2]);
        expect(opened.map(({ headSeq }) => headSeq)).toEqual([2, 2, 2, 2]);
      }
    });

    test("comes back from the archive of whoever opens it again, and of nobody else", async () => {
      const [mira, tomas] = [await person(core, "mira"), await person(core, "tomas")];
      const { room } = await createRoom(core, mira, { kind: "dm", memberIds: [tomas.user.id] });
      for (const who of [mira, tomas]) await archiveRoom(core, who, { roomId: room.id });
      const told = await listenTo(core, "user", mira.user.id);
      expect((await createRoom(core, mira, { kind: "dm", memberIds: [tomas.user.id] })).archived).toBe(false);
      expect((await getInbox(core, tomas)).items).toEqual([]);
      expect(told).toEqual([{ kind: "joined", roomId: room.id }]);
    });

    test("is with exactly one other", async () => {
      const [mira, tomas, wen] = [await person(core, "mira"), await person(core, "tomas"), await person(core, "wen")];
      for (const memberIds of [[], [mira.user.id], [tomas.user.id, wen.user.id]]) {
        expect(await refusalOf(createRoom(core, mira, { kind: "dm", memberIds }))).toMatchObject({ code: "VALIDATION_FAILED", details: { field: "memberIds" } });
      }
    });

    test("can't be left, joined, renamed or deleted", async () => {
      const [mira, tomas, wen] = [await person(core, "mira"), await person(core, "tomas"), await person(core, "wen")];
      const { room } = await createRoom(core, mira, { kind: "dm", memberIds: [tomas.user.id] });
      const roomId = room.id;
      expect(await refusalOf(joinRoom(core, wen, { roomId }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
      expect(await refusalOf(leaveRoom(core, mira, { roomId }))).toMatchObject({ code: "PERMISSION_DENIED" });
      expect(await refusalOf(updateRoom(core, mira, { roomId, title: "Ours" }))).toMatchObject({ code: "PERMISSION_DENIED" });
      expect(await refusalOf(deleteRoom(core, mira, { roomId }))).toMatchObject({ code: "PERMISSION_DENIED" });
    });
  });

  describe("an assistant chat", () => {
    test("is private, owned by its person, always answered, and named in their language", async () => {
      const [mira, wen] = [await person(core, "mira"), await person(core, "wen", { locale: "zh-CN" })];
      const quill = await assistant(core);
      const entry = await createRoom(core, mira, { kind: "assistant", memberIds: [quill] });
      expect(entry.room).toMatchObject({ kind: "assistant", title: "New conversation", isPrivate: true, settings: { assistantMode: "always" } });
      expect(entry.others).toMatchObject([{ id: quill, kind: "assistant" }]);
      expect((await createRoom(core, wen, { kind: "assistant", memberIds: [quill] })).room.title).toBe("新对话");
    });

    test("is with an assistant, and stays private", async () => {
      const [mira, tomas] = [await person(core, "mira"), await person(core, "tomas")];
      expect(await refusalOf(createRoom(core, mira, { kind: "assistant", memberIds: [tomas.user.id] }))).toMatchObject({ details: { field: "memberIds" } });
      const { room } = await createRoom(core, mira, { kind: "assistant", memberIds: [await assistant(core)] });
      expect(await refusalOf(updateRoom(core, mira, { roomId: room.id, isPrivate: false }))).toMatchObject({ details: { field: "isPrivate" } });
    });
  });

  describe("joining", () => {
    test("[J1] makes wen a member, tells the room the count after it, and leaves nothing unread", async () => {
      const { mira, wen, roomId } = await castIn(core);
      await say(core, mira, roomId);
      const heard = await listenTo(core, "room", roomId);
      const entry = await joinRoom(core, wen, { roomId });
      expect(entry).toMatchObject({ unread: 0, headSeq: 4, lastReadSeq: 4, room: { memberCount: 3 } });
      expect(eventsIn(heard)).toMatchObject([{ seq: 4, type: "member.joined", user: wen.user, memberCount: 3 }]);
    });

    test("[J2] again says the same and announces nothing, even many times at once", async () => {
      const { wen, roomId } = await castIn(core);
      const heard = await listenTo(core, "room", roomId);
      const entries = await Promise.all(Array.from({ length: 8 }, () => joinRoom(core, wen, { roomId })));
      expect(new Set(entries.map((entry) => JSON.stringify(entry))).size).toBe(1);
      expect(eventsIn(heard)).toHaveLength(1);
      expect(entries[0]?.room.memberCount).toBe(3);
    });

    test("[J3] a room that is missing, deleted or private is refused alike in everything but the id", async () => {
      const { mira, wen, roomId } = await castIn(core);
      const { room: secret } = await createRoom(core, mira, { kind: "room", title: "Secret", isPrivate: true });
      await deleteRoom(core, mira, { roomId });
      for (const id of [roomId, secret.id, newId()]) {
        expect(await refusalOf(joinRoom(core, wen, { roomId: id }))).toEqual({ code: "ROOM_NOT_FOUND", message: "Room not found", details: { roomId: id } });
      }
    });

    test("[J4] a room with a password asks for it, private or not", async () => {
      const { wen, roomId } = await castIn(core, { password: "oolong", isPrivate: true });
      for (const password of [undefined, "", "earl grey"]) {
        expect(await refusalOf(joinRoom(core, wen, password === undefined ? { roomId } : { roomId, password }))).toMatchObject({ code: "WRONG_PASSWORD" });
      }
      expect(await joinRoom(core, wen, { roomId, password: "oolong" })).toMatchObject({ room: { memberCount: 3 } });
    });

    test("[J4] a room that closes, or takes another password, while one is being verified isn't joined", async () => {
      const { wen, roomId } = await castIn(core, { password: "oolong" });
      const joinWhile = (change: { password_hash: string | null; is_private: boolean }) => {
        const attempts = { ...core.attempts, roomPasswordByUser: new Interrupted(core, () => core.db.updateTable("rooms").set(change).where("id", "=", roomId).execute()) };
        return joinRoom({ ...core, attempts }, wen, { roomId, password: "oolong" });
      };
      expect(await refusalOf(joinWhile({ password_hash: await hashPassword("sencha"), is_private: false }))).toMatchObject({ code: "WRONG_PASSWORD" });
      await core.db.updateTable("rooms").set({ password_hash: await hashPassword("oolong") }).where("id", "=", roomId).execute();
      expect(await refusalOf(joinWhile({ password_hash: null, is_private: true }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
    });

    test("[J4] five wrong passwords a minute are heard, at once or one by one, and right ones don't count", async () => {
      const { wen, roomId } = await castIn(core, { password: "oolong" });
      const guesses = await Promise.all(Array.from({ length: 20 }, () => refusalOf(joinRoom(core, wen, { roomId, password: "guess" }))));
      expect(guesses.filter(({ code }) => code === "WRONG_PASSWORD")).toHaveLength(5);
      const refused = guesses.find(({ code }) => code === "RATE_LIMITED");
      expect(refused?.details).toEqual({ limit: 5, resetAt: expect.stringMatching(/^\d{4}-.*Z$/), retryAfterMs: expect.any(Number) });
      expect(await refusalOf(joinRoom(core, wen, { roomId, password: "oolong" }))).toMatchObject({ code: "RATE_LIMITED" });
      const lin = await person(core, "lin");
      for (let again = 0; again < 7; again++) {
        await joinRoom(core, lin, { roomId, password: "oolong" });
        await leaveRoom(core, lin, { roomId });
      }
    });
  });

  describe("leaving", () => {
    test("[J5] tells the room the count after it and the leaver's devices", async () => {
      const { tomas, roomId } = await castIn(core);
      const [heard, told] = [await listenTo(core, "room", roomId), await listenTo(core, "user", tomas.user.id)];
      await leaveRoom(core, tomas, { roomId });
      expect(eventsIn(heard)).toMatchObject([{ type: "member.left", user: tomas.user, memberCount: 1 }]);
      expect(eventsIn(heard)[0]).not.toHaveProperty("removedBy");
      expect(told).toEqual([{ kind: "left", roomId }]);
      expect(await refusalOf(getRoom(core, tomas, { roomId }))).toMatchObject({ code: "PERMISSION_DENIED" });
    });

    test("[J5] the last owner stays while others are there, and may go when they are gone", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      expect(await refusalOf(leaveRoom(core, mira, { roomId }))).toMatchObject({ code: "CONFLICT", details: { reason: "LAST_OWNER" } });
      await leaveRoom(core, tomas, { roomId });
      await leaveRoom(core, mira, { roomId });
      expect(await core.db.selectFrom("rooms").select("member_count").where("id", "=", roomId).executeTakeFirst()).toEqual({ member_count: 0 });
    });

    test("[B66] of two owners who leave at once, one stays", async () => {
      const { mira, tomas, wen, roomId } = await castIn(core);
      await joinRoom(core, wen, { roomId });
      await core.db.updateTable("room_members").set({ role: "OWNER" }).where("room_id", "=", roomId).where("user_id", "=", tomas.user.id).execute();
      const left = await Promise.allSettled([leaveRoom(core, mira, { roomId }), leaveRoom(core, tomas, { roomId })]);
      expect(left.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
      const owners = (await listMembers(core, wen, { roomId })).items.filter(({ role }) => role === "OWNER");
      expect(owners).toHaveLength(1);
    });

    test("a room one isn't in can't be left", async () => {
      const { wen, roomId } = await castIn(core, { isPrivate: true });
      expect(await refusalOf(leaveRoom(core, wen, { roomId }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
    });
  });

  describe("changing", () => {
    test("[J6] tells the state after and only what changed", async () => {
      const { mira, roomId } = await castIn(core);
      const heard = await listenTo(core, "room", roomId);
      const room = await updateRoom(core, mira, { roomId, title: "Coffee", description: "", settings: { whoCanPost: "admins" } });
      expect(room).toMatchObject({ title: "Coffee", headSeq: 3, settings: { assistantMode: "mention", whoCanPost: "admins" } });
      expect(eventsIn(heard)).toMatchObject([{ type: "room.updated", room: { title: "Coffee" }, changes: { title: "Coffee", settings: room.settings } }]);
      expect(eventsIn(heard)).toHaveLength(1);
      expect(Object.keys(eventsIn(heard)[0] ?? {})).not.toContain("password");
    });

    test("to what is so already changes nothing", async () => {
      const { mira, roomId } = await castIn(core);
      const heard = await listenTo(core, "room", roomId);
      const before = await getRoom(core, mira, { roomId });
      expect(await updateRoom(core, mira, { roomId, title: "Tea", isPrivate: false, settings: { assistantMode: "mention" } })).toEqual(before);
      expect(heard).toEqual([]);
    });

    test("who may post counts from the next post on, though facts were kept", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      await say(core, tomas, roomId);
      await updateRoom(core, mira, { roomId, settings: { whoCanPost: "admins" } });
      expect(await refusalOf(say(core, tomas, roomId))).toMatchObject({ code: "PERMISSION_DENIED" });
      await say(core, mira, roomId);
    });
  });

  describe("a password", () => {
    test("is set, changed and taken away; who is in stays in, and everyone hears only whether there is one", async () => {
      const { mira, tomas, wen, roomId } = await castIn(core);
      const heard = await listenTo(core, "room", roomId);
      expect(await updateRoom(core, mira, { roomId, password: "oolong" })).toMatchObject({ hasPassword: true });
      expect(await refusalOf(joinRoom(core, wen, { roomId }))).toMatchObject({ code: "WRONG_PASSWORD" });
      await updateRoom(core, mira, { roomId, password: "sencha" });
      expect(await refusalOf(joinRoom(core, wen, { roomId, password: "oolong" }))).toMatchObject({ code: "WRONG_PASSWORD" });
      await getRoom(core, tomas, { roomId });
      await updateRoom(core, mira, { roomId, password: null });
      await updateRoom(core, mira, { roomId, password: null });
      await joinRoom(core, wen, { roomId });
      const told = { type: "room.updated", actorId: mira.user.id };
      expect(eventsIn(heard)).toMatchObject([
        { ...told, room: { hasPassword: true }, changes: { hasPassword: true } },
        { ...told, changes: { hasPassword: true } },
        { ...told, room: { hasPassword: false }, changes: { hasPassword: false } },
        { type: "member.joined" },
      ]);
      expect(JSON.stringify(heard)).not.toMatch(/oolong|sencha|argon2/);
    });

    test("is its admins' to set, before anything is hashed, and a direct message has none", async () => {
      const { mira, tomas, wen, roomId } = await castIn(core, { isPrivate: true });
      const begun = () => {
        throw new Error("it has been hashed, and the change has begun");
      };
      expect(await refusalOf(updateRoom({ ...core, assertWritable: begun }, tomas, { roomId, password: "oolong" }))).toMatchObject({ code: "PERMISSION_DENIED" });
      expect(await refusalOf(updateRoom({ ...core, assertWritable: begun }, wen, { roomId, password: "oolong" }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
      const { room } = await createRoom(core, mira, { kind: "assistant", memberIds: [await assistant(core)] });
      expect(await refusalOf(updateRoom(core, mira, { roomId: room.id, password: "oolong" }))).toMatchObject({ code: "VALIDATION_FAILED", details: { field: "password" } });
    });
  });

  describe("a deleted room", () => {
    test("is restored with its people and their words, and everyone has it back", async () => {
      const { mira, tomas, wen, roomId } = await castIn(core, { isPrivate: true });
      await say(core, tomas, roomId, "Tea?");
      await deleteRoom(core, mira, { roomId });
      const [heard, told] = [await listenTo(core, "room", roomId), await listenTo(core, "user", tomas.user.id)];
      expect(await refusalOf(restoreRoom(core, tomas, { roomId }))).toMatchObject({ code: "PERMISSION_DENIED" });
      expect(await refusalOf(restoreRoom(core, wen, { roomId }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
      expect(await restoreRoom(core, mira, { roomId })).toMatchObject({ room: { id: roomId, deletedAt: null, memberCount: 2 }, last: { excerpt: "Tea?" } });
      expect(eventsIn(heard)).toMatchObject([{ type: "room.updated", room: { deletedAt: null }, changes: { deletedAt: null } }]);
      expect(told).toEqual([{ kind: "joined", roomId }]);
      expect((await listRooms(core, tomas, {})).items).toMatchObject([{ room: { id: roomId } }]);
      await say(core, tomas, roomId, "Here again");
      expect((await openRoom(core, mira, { roomId })).messages.items.map(({ content }) => content)).toEqual(["Tea?", "Here again"]);
    });

    test("leaves everyone's list, and comes back into it with its number", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const inbox = await listen(core, tomas, { kind: "inbox" });
      const reader = await listen(core, tomas, { kind: "messages", roomId, after: null });
      await say(core, mira, roomId);
      await deleteRoom(core, mira, { roomId });
      await inbox.until(() => inbox.inbox.some(({ type }) => type === "room.left"));
      await reader.until(() => reader.end === "deleted");
      await restoreRoom(core, mira, { roomId });
      await inbox.until(() => inbox.inbox.some(({ type }) => type === "room.joined"));
      expect(inbox.inbox.at(-1)).toMatchObject({ type: "room.joined", entry: { room: { id: roomId, deletedAt: null }, unread: 1 } });
      inbox.stop();
    });

    test("was never gone for whoever comes back later: the log says so too", async () => {
      const { mira, roomId } = await castIn(core);
      await deleteRoom(core, mira, { roomId });
      await restoreRoom(core, mira, { roomId });
      const events = await loadEvents(core.db, roomId, 2, 10);
      expect(events).toMatchObject([{ seq: 3, type: "room.updated" }, { seq: 4, type: "room.updated", changes: { deletedAt: null } }]);
    });

    test.runIf(kind === "postgres")("is refused at once to whoever wasn't in it: nobody waits for a stranger, nor a stranger for them", async () => {
      const { wen, roomId } = await castIn(core);
      const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const holder = core.db.transaction().execute(async (trx) => {
        await trx.selectFrom("rooms").select("id").where("id", "=", roomId).forNoKeyUpdate().execute();
        locked.resolve();
        await release.promise;
      });
      await locked.promise;
      expect(await refusalOf(restoreRoom(core, wen, { roomId }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
      release.resolve();
      await holder;
    });

    test("that isn't deleted, or was restored at once by two, stays as it is", async () => {
      const { mira, roomId } = await castIn(core);
      const heard = await listenTo(core, "room", roomId);
      await restoreRoom(core, mira, { roomId });
      expect(heard).toEqual([]);
      await deleteRoom(core, mira, { roomId });
      await Promise.all([restoreRoom(core, mira, { roomId }), restoreRoom(core, mira, { roomId })]);
      expect(eventsIn(heard).map(({ type }) => type)).toEqual(["room.deleted", "room.updated"]);
    });

    test("is gone for good after 30 days", async () => {
      const { mira, roomId } = await castIn(core);
      await deleteRoom(core, mira, { roomId });
      const deletedAt = new Date(clock.now() - 30 * 24 * 60 * 60 * 1000);
      await core.db.updateTable("rooms").set({ deleted_at: new Date(deletedAt.getTime() + 1_000) }).where("id", "=", roomId).execute();
      await restoreRoom(core, mira, { roomId });
      await core.db.updateTable("rooms").set({ deleted_at: deletedAt }).where("id", "=", roomId).execute();
      expect(await refusalOf(restoreRoom(core, mira, { roomId }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
    });
  });

  test("deleting a room ends it for everyone", async () => {
    const { mira, tomas, wen, roomId } = await castIn(core);
    for (const who of [mira, tomas]) await say(core, who, roomId);
    const [heard, told] = [await listenTo(core, "room", roomId), await listenTo(core, "user", tomas.user.id)];
    expect(await refusalOf(deleteRoom(core, tomas, { roomId }))).toMatchObject({ code: "PERMISSION_DENIED" });
    await deleteRoom(core, mira, { roomId });
    expect(eventsIn(heard)).toMatchObject([{ type: "room.deleted" }]);
    expect(told).toEqual([{ kind: "left", roomId }]);
    for (const who of [mira, tomas, wen]) {
      expect(await refusalOf(getRoom(core, who, { roomId }))).toMatchObject({ code: "ROOM_NOT_FOUND" });
      expect(await refusalOf(say(core, who, roomId))).toMatchObject({ code: "ROOM_NOT_FOUND" });
    }
    expect((await listRooms(core, mira, {})).items).toEqual([]);
  });

  test("archiving moves a room out of one person's list and back, nobody else's", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const told = await listenTo(core, "user", tomas.user.id);
    await archiveRoom(core, tomas, { roomId });
    await archiveRoom(core, tomas, { roomId });
    expect((await listRooms(core, tomas, {})).items).toEqual([]);
    expect((await listRooms(core, tomas, { archived: true })).items).toMatchObject([{ archived: true, room: { id: roomId } }]);
    expect((await listRooms(core, mira, {})).items).toMatchObject([{ archived: false, room: { id: roomId } }]);
    await unarchiveRoom(core, tomas, { roomId });
    expect((await listRooms(core, tomas, {})).items).toHaveLength(1);
    expect(told).toEqual([{ kind: "joined", roomId }, { kind: "joined", roomId }]);
  });

  test("browsing shows public rooms page by page, newest first, and which are mine", async () => {
    const [mira, wen] = [await person(core, "mira"), await person(core, "wen")];
    const word = newId().slice(-12);
    const made = [];
    for (let number = 0; number < 55; number++) made.push((await createRoom(core, mira, { kind: "room", title: `${word} ${number}%` })).room.id);
    await createRoom(core, mira, { kind: "room", title: `${word} secret`, isPrivate: true });
    await joinRoom(core, wen, { roomId: made[54] ?? "" });

    const first = await browseRooms(core, wen, { q: word.toUpperCase() });
    expect(first.items).toHaveLength(50);
    const second = await browseRooms(core, wen, { q: word, cursor: first.nextCursor ?? "" });
    expect(second.nextCursor).toBeNull();
    const seen = [...first.items, ...second.items];
    expect(new Set(seen.map(({ room }) => room.id))).toEqual(new Set(made));
    expect(seen.filter(({ joined }) => joined).map(({ room }) => room.id)).toEqual([made[54]]);
    expect((await browseRooms(core, wen, { q: `${word} 7%` })).items).toHaveLength(1);
    expect((await browseRooms(core, wen, { q: `${word} _%` })).items).toEqual([]);
    expect(await refusalOf(browseRooms(core, wen, { cursor: "bm9uc2Vuc2U" }))).toMatchObject({ code: "VALIDATION_FAILED", details: { field: "cursor" } });
  });

  test("opening a room gives all of it from one moment", async () => {
    const { mira, tomas, wen, roomId } = await castIn(core);
    for (let number = 1; number <= 55; number++) await say(core, mira, roomId, `Cup ${number}`);
    const opened = await openRoom(core, tomas, { roomId });
    expect(opened).toMatchObject({ headSeq: 57, room: { headSeq: 57 }, me: { user: tomas.user, role: "MEMBER", lastReadSeq: 2 }, members: { nextCursor: null } });
    expect(opened.members.items).toHaveLength(2);
    expect(opened.messages.hasBefore).toBe(true);
    expect(opened.messages.items.map(({ content }) => content)).toEqual(Array.from({ length: 50 }, (_, index) => `Cup ${index + 6}`));
    expect(await refusalOf(openRoom(core, wen, { roomId }))).toMatchObject({ code: "PERMISSION_DENIED" });
  });
});

/** Something happens while a guess is being weighed. */
class Interrupted extends AttemptLimit {
  readonly #meanwhile: () => Promise<unknown>;

  constructor(core: Core, meanwhile: () => Promise<unknown>) {
    super(core, "interrupted", 100, 60_000);
    this.#meanwhile = meanwhile;
  }

  override async take(key: string): Promise<() => void> {
    const giveBack = await super.take(key);
    await this.#meanwhile();
    return giveBack;
  }
}
