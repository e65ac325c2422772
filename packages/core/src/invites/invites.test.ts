import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, eventsIn, listenTo, person, refusalOf } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import type { Core } from "../core.ts";
import { removeMember } from "../members/remove-member.ts";
import { setRole } from "../members/set-role.ts";
import { createRoom } from "../rooms/create-room.ts";
import { deleteRoom } from "../rooms/delete-room.ts";
import { getRoom } from "../rooms/get-room.ts";
import { leaveRoom } from "../rooms/leave-room.ts";
import { acceptInvite } from "./accept-invite.ts";
import { createInvite } from "./create-invite.ts";
import { listInvites } from "./list-invites.ts";
import { revokeInvite } from "./revoke-invite.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const REFUSED = { code: "NOT_FOUND", details: { reason: "INVITE" }, message: "This invitation doesn't exist, has expired or is used up." };

describe.each(testDatabases())("invites on %s", (kind) => {
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

  test.each([{ isPrivate: true }, { password: "oolong" }, { isPrivate: true, password: "oolong" }])("lets its holder into a room that is %j", async (room) => {
    const { mira, wen, roomId } = await castIn(core, room);
    const { code } = await createInvite(core, mira, { roomId });
    const [heard, told] = [await listenTo(core, "room", roomId), await listenTo(core, "user", wen.user.id)];
    expect(await acceptInvite(core, wen, { code })).toMatchObject({ room: { id: roomId, memberCount: 3 }, unread: 0 });
    expect(eventsIn(heard)).toMatchObject([{ type: "member.joined", actorId: wen.user.id, user: wen.user, memberCount: 3 }]);
    expect(told).toEqual([{ kind: "joined", roomId }]);
    expect(await getRoom(core, wen, { roomId })).toMatchObject({ id: roomId });
  });

  test("is shown once, and no code is kept", async () => {
    const { mira, roomId } = await castIn(core);
    const { code, ...invite } = await createInvite(core, mira, { roomId, maxUses: 3 });
    expect(Buffer.from(code, "base64url").length * 8).toBeGreaterThanOrEqual(128);
    expect(invite).toMatchObject({ roomId, createdBy: mira.user.id, maxUses: 3, uses: 0 });
    expect(Date.parse(invite.expiresAt) - Date.parse(invite.createdAt)).toBe(30 * DAY_MS);
    expect(await listInvites(core, mira, { roomId })).toEqual([invite]);
    const row = await core.db.selectFrom("invites").selectAll().where("id", "=", invite.id).executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain(code);
  });

  test("answers whoever is in already the same, used up or not, and counts no use", async () => {
    const { mira, tomas, wen, roomId } = await castIn(core);
    const { code } = await createInvite(core, mira, { roomId, maxUses: 1 });
    const entry = await acceptInvite(core, wen, { code });
    const heard = await listenTo(core, "room", roomId);
    expect(await acceptInvite(core, wen, { code })).toEqual(entry);
    expect(await acceptInvite(core, tomas, { code })).toMatchObject({ room: { id: roomId } });
    expect(heard).toEqual([]);
  });

  test("[B65] of two who take the last place at once, one gets in", async () => {
    const { mira, roomId } = await castIn(core, { isPrivate: true });
    const { code, id } = await createInvite(core, mira, { roomId, maxUses: 2 });
    const guests = await Promise.all(["wen", "lin", "ana", "kai"].map((name) => person(core, name)));
    const accepted = await Promise.allSettled(guests.map((guest) => acceptInvite(core, guest, { code })));
    expect(accepted.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "fulfilled", "rejected", "rejected"]);
    expect((await getRoom(core, mira, { roomId })).memberCount).toBe(4);
    const row = await core.db.selectFrom("invites").select("uses").where("id", "=", id).executeTakeFirst();
    expect(row).toEqual({ uses: 2 });
    expect(await listInvites(core, mira, { roomId })).toEqual([]);
  });

  test("whoever accepts twice at once comes in once, for one use", async () => {
    const { mira, wen, roomId } = await castIn(core);
    const { code, id } = await createInvite(core, mira, { roomId });
    const entries = await Promise.all([1, 2, 3].map(() => acceptInvite(core, wen, { code })));
    expect(entries.map(({ room }) => room.memberCount)).toEqual([3, 3, 3]);
    expect(await core.db.selectFrom("invites").select("uses").where("id", "=", id).executeTakeFirst()).toEqual({ uses: 1 });
  });

  test("[B65] unknown, expired, used up, revoked and of a deleted room are refused in the same words", async () => {
    const { mira, tomas, wen, roomId } = await castIn(core);
    const made = async (news = {}) => createInvite(core, mira, { roomId, ...news });
    const expired = await made({ expiresAt: new Date(clock.now() + 60_000).toISOString() });
    const usedUp = await made({ maxUses: 1 });
    const revoked = await made();
    const { room: doomed } = await createRoom(core, mira, { kind: "room", title: "Cake" });
    const deleted = await createInvite(core, mira, { roomId: doomed.id });
    await acceptInvite(core, await person(core, "lin"), { code: usedUp.code });
    await revokeInvite(core, mira, { id: revoked.id });
    await deleteRoom(core, mira, { roomId: doomed.id });
    await acceptInvite(core, await person(core, "ana"), { code: expired.code });
    clock.move(60_000);
    for (const { code } of [expired, usedUp, revoked, deleted, { code: "AAAAAAAAAAAAAAAAAAAAAAAA" }]) expect(await refusalOf(acceptInvite(core, wen, { code }))).toEqual(REFUSED);
    expect(await acceptInvite(core, tomas, { code: revoked.code })).toMatchObject({ room: { id: roomId } });
  });

  test("[B65] ten wrong codes a minute are heard, and right ones don't count", async () => {
    const { mira, wen, roomId } = await castIn(core);
    const { code } = await createInvite(core, mira, { roomId });
    const guesses = await Promise.all(Array.from({ length: 30 }, (_, at) => refusalOf(acceptInvite(core, wen, { code: `guess ${at}` }))));
    expect(guesses.filter((refusal) => refusal.code === "NOT_FOUND")).toHaveLength(10);
    expect(guesses.filter((refusal) => refusal.code === "RATE_LIMITED")).toHaveLength(20);
    expect(await refusalOf(acceptInvite(core, wen, { code }))).toMatchObject({ code: "RATE_LIMITED" });
    const lin = await person(core, "lin");
    for (let again = 0; again < 12; again++) {
      await acceptInvite(core, lin, { code });
      await leaveRoom(core, lin, { roomId });
    }
  });

  test("is its room's admins' to make and to end, and its maker's to end", async () => {
    const { mira, tomas, wen, roomId } = await castIn(core);
    expect(await refusalOf(createInvite(core, tomas, { roomId }))).toMatchObject({ code: "PERMISSION_DENIED" });
    expect(await refusalOf(listInvites(core, tomas, { roomId }))).toMatchObject({ code: "PERMISSION_DENIED" });
    const { id } = await createInvite(core, mira, { roomId });
    expect(await refusalOf(revokeInvite(core, tomas, { id }))).toMatchObject({ code: "PERMISSION_DENIED" });
    expect(await refusalOf(revokeInvite(core, wen, { id }))).toEqual({ code: "NOT_FOUND", details: { id }, message: "Not found" });
    await setRole(core, mira, { roomId, userId: tomas.user.id, role: "ADMIN" });
    const own = await createInvite(core, tomas, { roomId });
    await setRole(core, mira, { roomId, userId: tomas.user.id, role: "MEMBER" });
    await revokeInvite(core, tomas, { id: own.id });
    await revokeInvite(core, mira, { id: own.id });
    expect(await listInvites(core, mira, { roomId })).toMatchObject([{ id }]);
  });

  test("of an admin who was put out lets nobody in, them least of all; of one who left it stays good", async () => {
    const { mira, tomas, wen, roomId } = await castIn(core);
    const lin = await person(core, "lin");
    await setRole(core, mira, { roomId, userId: tomas.user.id, role: "ADMIN" });
    const { code: kept } = await createInvite(core, tomas, { roomId });
    await leaveRoom(core, tomas, { roomId });
    await acceptInvite(core, wen, { code: kept });
    await acceptInvite(core, tomas, { code: kept });
    await removeMember(core, mira, { roomId, userId: tomas.user.id });
    expect(await refusalOf(acceptInvite(core, tomas, { code: kept }))).toMatchObject(REFUSED);
    expect(await refusalOf(acceptInvite(core, lin, { code: kept }))).toMatchObject(REFUSED);
  });

  test("a direct message has none, and none begins in the past", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const { room } = await createRoom(core, mira, { kind: "dm", memberIds: [tomas.user.id] });
    expect(await refusalOf(createInvite(core, mira, { roomId: room.id }))).toMatchObject({ code: "PERMISSION_DENIED" });
    const past = new Date(clock.now() - 1).toISOString();
    expect(await refusalOf(createInvite(core, mira, { roomId, expiresAt: past }))).toMatchObject({ code: "VALIDATION_FAILED", details: { field: "expiresAt" } });
  });
});
