import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, eventsIn, listenTo, person, refusalOf, say } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { createRoom } from "../rooms/create-room.ts";
import { getRoom } from "../rooms/get-room.ts";
import { startTyping } from "../typing/start-typing.ts";
import { addMember } from "./add-member.ts";
import { listMembers } from "./list-members.ts";
import { removeMember } from "./remove-member.ts";
import { setRole } from "./set-role.ts";

describe.each(testDatabases())("members on %s", (kind) => {
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

  test("someone added is told, announced with the count after it, and has nothing unread; again changes nothing", async () => {
    const { mira, wen, roomId } = await castIn(core, { isPrivate: true });
    await say(core, mira, roomId);
    const [heard, told] = [await listenTo(core, "room", roomId), await listenTo(core, "user", wen.user.id)];
    const added = await addMember(core, mira, { roomId, userId: wen.user.id });
    expect(added).toMatchObject({ user: wen.user, role: "MEMBER", lastReadSeq: 4 });
    expect(await addMember(core, mira, { roomId, userId: wen.user.id })).toEqual(added);
    expect(eventsIn(heard)).toMatchObject([{ type: "member.joined", actorId: mira.user.id, user: wen.user, memberCount: 3 }]);
    expect(told).toEqual([{ kind: "joined", roomId }]);
  });

  test("an assistant can be added, and is asked by the very next post though facts were kept", async () => {
    const { mira, quill, roomId } = await castIn(core);
    await say(core, mira, roomId);
    await addMember(core, mira, { roomId, userId: quill });
    const { username } = await core.db.selectFrom("users").select("username").where("id", "=", quill).executeTakeFirstOrThrow();
    const { id } = await say(core, mira, roomId, `@${username} tea?`);
    const runs = await core.db.selectFrom("assistant_runs").select("assistant_id").where("trigger_message_id", "=", id).execute();
    expect(runs).toEqual([{ assistant_id: quill }]);
  });

  test("nobody who doesn't exist is added, and nobody to a chat of two", async () => {
    const { mira, tomas, wen, quill, roomId } = await castIn(core);
    const nobody = newId();
    expect(await refusalOf(addMember(core, mira, { roomId, userId: nobody }))).toMatchObject({ code: "NOT_FOUND", details: { userId: nobody } });
    const { room: chat } = await createRoom(core, mira, { kind: "assistant", memberIds: [quill] });
    const { room: direct } = await createRoom(core, mira, { kind: "dm", memberIds: [tomas.user.id] });
    for (const { id } of [chat, direct]) {
      expect(await refusalOf(addMember(core, mira, { roomId: id, userId: wen.user.id }))).toMatchObject({ code: "PERMISSION_DENIED" });
    }
  });

  test("someone removed is out at once: told, announced, silent, and refused like any stranger", async () => {
    const { mira, tomas, roomId } = await castIn(core, { isPrivate: true });
    await say(core, tomas, roomId);
    await startTyping(core, tomas, { roomId });
    const [heard, told] = [await listenTo(core, "room", roomId), await listenTo(core, "user", tomas.user.id)];
    await removeMember(core, mira, { roomId, userId: tomas.user.id });
    expect(eventsIn(heard)).toMatchObject([{ type: "member.left", user: tomas.user, memberCount: 1, removedBy: mira.user.id }]);
    expect(heard).toContainEqual({ kind: "typing", typing: { userId: tomas.user.id, username: tomas.user.username, typing: false } });
    expect(told).toEqual([{ kind: "left", roomId }]);
    for (const deed of [() => say(core, tomas, roomId), () => startTyping(core, tomas, { roomId }), () => getRoom(core, tomas, { roomId })]) {
      expect(await refusalOf(deed())).toEqual({ code: "ROOM_NOT_FOUND", message: "Room not found", details: { roomId } });
    }
    expect(await refusalOf(removeMember(core, mira, { roomId, userId: tomas.user.id }))).toMatchObject({ code: "NOT_FOUND" });
  });

  test("an admin removes members, neither admins nor owners; oneself may always go", async () => {
    const { mira, tomas, wen, roomId } = await castIn(core);
    const lin = await person(core, "lin");
    for (const who of [wen, lin]) await addMember(core, mira, { roomId, userId: who.user.id });
    for (const who of [tomas, wen]) await setRole(core, mira, { roomId, userId: who.user.id, role: "ADMIN" });
    expect(await refusalOf(removeMember(core, tomas, { roomId, userId: mira.user.id }))).toMatchObject({ code: "PERMISSION_DENIED" });
    expect(await refusalOf(removeMember(core, tomas, { roomId, userId: wen.user.id }))).toMatchObject({ code: "PERMISSION_DENIED" });
    await removeMember(core, tomas, { roomId, userId: lin.user.id });
    await removeMember(core, tomas, { roomId, userId: tomas.user.id });
    expect((await listMembers(core, mira, { roomId })).items.map(({ user }) => user.id)).toEqual([mira.user.id, wen.user.id]);
  });

  test("only owners give roles, only people take them, and the same role again is no change", async () => {
    const { mira, tomas, quill, roomId } = await castIn(core);
    await addMember(core, mira, { roomId, userId: quill });
    const heard = await listenTo(core, "room", roomId);
    expect(await refusalOf(setRole(core, tomas, { roomId, userId: tomas.user.id, role: "OWNER" }))).toMatchObject({ code: "PERMISSION_DENIED" });
    expect(await refusalOf(setRole(core, mira, { roomId, userId: quill, role: "ADMIN" }))).toMatchObject({ code: "VALIDATION_FAILED", details: { field: "role" } });
    expect(await setRole(core, mira, { roomId, userId: tomas.user.id, role: "ADMIN" })).toMatchObject({ user: tomas.user, role: "ADMIN" });
    await setRole(core, mira, { roomId, userId: tomas.user.id, role: "ADMIN" });
    expect(eventsIn(heard)).toMatchObject([{ type: "member.changed", userId: tomas.user.id, role: "ADMIN" }]);
  });

  test("a right given takes hold and a right taken away ends, though facts were kept", async () => {
    const { mira, tomas, roomId } = await castIn(core, { settings: { whoCanPost: "admins" } });
    expect(await refusalOf(say(core, tomas, roomId))).toMatchObject({ code: "PERMISSION_DENIED" });
    await setRole(core, mira, { roomId, userId: tomas.user.id, role: "ADMIN" });
    await say(core, tomas, roomId);
    await setRole(core, mira, { roomId, userId: tomas.user.id, role: "MEMBER" });
    expect(await refusalOf(say(core, tomas, roomId))).toMatchObject({ code: "PERMISSION_DENIED" });
  });

  test("whoever makes another the owner hands the room over, and is an admin from then on, in one breath", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const heard = await listenTo(core, "room", roomId);
    expect(await setRole(core, mira, { roomId, userId: tomas.user.id, role: "OWNER" })).toMatchObject({ role: "OWNER" });
    expect(heard).toHaveLength(1);
    expect(eventsIn(heard)).toMatchObject([
      { type: "member.changed", userId: tomas.user.id, role: "OWNER" },
      { type: "member.changed", userId: mira.user.id, role: "ADMIN" },
    ]);
    expect(await refusalOf(setRole(core, mira, { roomId, userId: mira.user.id, role: "OWNER" }))).toMatchObject({ code: "PERMISSION_DENIED" });
    expect(await refusalOf(setRole(core, tomas, { roomId, userId: tomas.user.id, role: "MEMBER" }))).toMatchObject({ code: "CONFLICT", details: { reason: "LAST_OWNER" } });
  });

  test("whoever is alone in a room goes on owning it, or nobody could let others in, or delete it", async () => {
    const mira = await person(core, "mira");
    const { room } = await createRoom(core, mira, { kind: "room", title: "Tea" });
    expect(await refusalOf(setRole(core, mira, { roomId: room.id, userId: mira.user.id, role: "MEMBER" }))).toMatchObject({ code: "CONFLICT", details: { reason: "LAST_OWNER" } });
  });

  test("[B66] a room handed over to two at once has one owner", async () => {
    const { mira, tomas, wen, roomId } = await castIn(core);
    await addMember(core, mira, { roomId, userId: wen.user.id });
    for (let round = 0; round < 5; round++) {
      const [owner] = (await listMembers(core, mira, { roomId })).items.filter(({ role }) => role === "OWNER");
      const giver = [mira, tomas, wen].find(({ user }) => user.id === owner?.user.id) ?? mira;
      const takers = [mira, tomas, wen].filter((who) => who !== giver);
      const given = await Promise.allSettled(takers.map(({ user }) => setRole(core, giver, { roomId, userId: user.id, role: "OWNER" })));
      expect(given.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
      expect((await listMembers(core, mira, { roomId })).items.filter(({ role }) => role === "OWNER")).toHaveLength(1);
    }
  });

  test("a long list comes page by page, each member once, by username", async () => {
    const { mira, roomId } = await castIn(core);
    for (let number = 0; number < 7; number++) await addMember(core, mira, { roomId, userId: (await person(core, "guest")).user.id });
    const names: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await listMembers(core, mira, { roomId, limit: 4, ...(cursor ? { cursor } : {}) });
      names.push(...page.items.map(({ user }) => user.username));
      cursor = page.nextCursor;
    } while (cursor);
    expect(names).toHaveLength(9);
    expect(names).toEqual([...new Set(names)].toSorted());
  });
});
