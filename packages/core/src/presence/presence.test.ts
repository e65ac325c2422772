import type { Database } from "@tertulia/db/open";
import { openTestDatabase, silentLog, testDatabases } from "@tertulia/db/testing/open-test-database";
import { MemoryBus } from "@tertulia/events/memory-bus";
import type { Actor } from "@tertulia/model/actor";
import type { RoomNote } from "@tertulia/model/ports/bus";
import type { Presence } from "@tertulia/model/presence";
import type { MovableClock } from "@tertulia/testing/movable-clock";
import type { KyselyPlugin } from "kysely";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { castIn, listenTo, person, refusalOf } from "../../test/cast.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import { SlowDatabase } from "../../test/slow-database.ts";
import type { Core } from "../core.ts";
import { addMember } from "../members/add-member.ts";
import { createRoom } from "../rooms/create-room.ts";
import { getPresence } from "./get-presence.ts";
import { setPresence } from "./set-presence.ts";

describe.each(testDatabases())("presence on %s", (kind) => {
  let database: Database;
  let core: Core;
  let clock: MovableClock;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    ({ core, clock } = await openTestCore(database));
    return () => core.close();
  });

  /** Lets time pass, and what falls due do its reading and telling. */
  async function pass(ms: number): Promise<void> {
    clock.move(ms);
    await core.presence.settled();
  }

  /** A core of a test's own, whose reads of rooms fail when the test says so. */
  async function coreThatCanFail() {
    const failing = failingReads(database);
    const opened = await openTestCore(failing.database);
    const seconds = async (count: number) => {
      for (let second = 0; second < count; second++) {
        opened.clock.move(1_000);
        await opened.core.presence.settled();
      }
    };
    return { failing, node: opened.core, nodeClock: opened.clock, seconds };
  }

  const told = (notes: RoomNote[], { user }: Actor): Presence[] => notes.flatMap((note) => (note.kind === "presence" && note.presence.userId === user.id ? [note.presence] : []));
  const statuses = (notes: RoomNote[], actor: Actor) => told(notes, actor).map(({ status }) => status);
  const seenBy = async (viewer: Actor, who: Actor) => (await getPresence(core, viewer, { userIds: [who.user.id] }))[0];

  test("[P2] someone is online from their first connection until 15 s after the last", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const heard = await listenTo(core, "room", roomId);
    await core.presence.connect("tab", tomas);
    expect(await seenBy(mira, tomas)).toMatchObject({ status: "online" });
    core.presence.disconnect("tab");
    const wentAt = new Date(clock.now()).toISOString();
    await pass(14_999);
    expect(await seenBy(mira, tomas)).toMatchObject({ status: "online" });
    expect(statuses(heard, tomas)).toEqual(["online"]);
    await pass(1);
    expect(told(heard, tomas)[1]).toEqual({ userId: tomas.user.id, status: "offline", lastSeen: wentAt, currentRoomId: null });
    expect(await seenBy(mira, tomas)).toEqual({ userId: tomas.user.id, status: "offline", lastSeen: wentAt, currentRoomId: null });
  });

  test("who comes into a room is seen to be here by those who sat there before", async () => {
    const { mira, wen, roomId } = await castIn(core);
    await core.presence.connect("tab", wen);
    const heard = await listenTo(core, "room", roomId);
    await addMember(core, mira, { roomId, userId: wen.user.id });
    await core.presence.settled();
    expect(told(heard, wen)).toEqual([{ userId: wen.user.id, status: "online", lastSeen: new Date(clock.now()).toISOString(), currentRoomId: null }]);
  });

  test("[P2] a break shorter than that is never told", async () => {
    const { tomas, roomId } = await castIn(core);
    const heard = await listenTo(core, "room", roomId);
    await core.presence.connect("tab", tomas);
    for (let blip = 0; blip < 3; blip++) {
      core.presence.disconnect(`tab${blip || ""}`);
      await pass(10_000);
      await core.presence.connect(`tab${blip + 1}`, tomas);
    }
    await pass(60_000);
    expect(statuses(heard, tomas)).toEqual(["online"]);
  });

  test("[A26] of three tabs two may close, on any node", async () => {
    const bus = new MemoryBus({ clock, log: silentLog });
    const [one, other] = [await openTestCore(database, {}, { clock, bus }), await openTestCore(database, {}, { clock, bus })];
    const { mira, tomas, roomId } = await castIn(one.core);
    const heard = await listenTo(one.core, "room", roomId);
    for (const [node, tab] of [[one, "a"], [one, "b"], [other, "c"]] as const) await node.core.presence.connect(tab, tomas);
    one.core.presence.disconnect("a");
    one.core.presence.disconnect("b");
    for (let passed = 0; passed < 60; passed++) {
      clock.move(1_000);
      await one.core.presence.settled();
    }
    expect(await getPresence(one.core, mira, { userIds: [tomas.user.id] })).toMatchObject([{ status: "online" }]);
    expect(statuses(heard, tomas)).not.toContain("offline");
    other.core.presence.disconnect("c");
    clock.move(15_000);
    await other.core.presence.settled();
    expect(statuses(heard, tomas).at(-1)).toBe("offline");
    for (const node of [one, other]) await node.core.close();
  });

  test("[A26] [P3] a node that dies takes its people with it, and the others are told within 60 s; a living one never does", async () => {
    const bus = new MemoryBus({ clock, log: silentLog });
    const [one, other] = [await openTestCore(database, {}, { clock, bus }), await openTestCore(database, {}, { clock, bus })];
    const { mira, tomas, roomId } = await castIn(one.core);
    await other.core.presence.connect("phone", tomas);
    await one.core.presence.connect("tab", mira);
    const heard = await listenTo(one.core, "room", roomId);
    await other.core.presence.close();
    const diedAt = clock.now();
    for (let passed = 0; passed < 60; passed++) {
      clock.move(1_000);
      await one.core.presence.settled();
    }
    expect(told(heard, tomas)).toEqual([{ userId: tomas.user.id, status: "offline", lastSeen: expect.toSatisfy((at: string) => Math.abs(Date.parse(at) - diedAt) <= 10_000), currentRoomId: null }]);
    expect(told(heard, mira)).toEqual([]);
    expect(await getPresence(one.core, mira, { userIds: [mira.user.id, tomas.user.id] })).toEqual(
      expect.arrayContaining([expect.objectContaining({ userId: mira.user.id, status: "online" }), expect.objectContaining({ userId: tomas.user.id, status: "offline" })]),
    );
    for (const node of [one, other]) await node.core.close();
  });

  test("what one node told another one builds on", async () => {
    const bus = new MemoryBus({ clock, log: silentLog });
    const [one, other] = [await openTestCore(database, {}, { clock, bus }), await openTestCore(database, {}, { clock, bus })];
    const { tomas, roomId } = await castIn(one.core);
    const heard = await listenTo(one.core, "room", roomId);
    await other.core.presence.connect("phone", tomas);
    await one.core.presence.connect("tab", tomas);
    await setPresence(other.core, tomas, { status: "away" }, "phone");
    const seconds = async (count: number) => {
      for (let second = 0; second < count; second++) {
        clock.move(1_000);
        for (const { core } of [one, other]) await core.presence.settled();
      }
    };
    // So that the tab's grace ends between two rounds, which would find the truth by themselves.
    await seconds(7);
    one.core.presence.disconnect("tab");
    await seconds(15);
    expect(statuses(heard, tomas).at(-1)).toBe("away");
    await setPresence(other.core, tomas, { status: "online" }, "phone");
    await seconds(1);
    expect(statuses(heard, tomas).at(-1)).toBe("online");
    for (const node of [one, other]) await node.core.close();
  });

  test("someone is away when all their connections are", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const heard = await listenTo(core, "room", roomId);
    for (const tab of ["a", "b"]) await core.presence.connect(tab, tomas);
    await pass(1_000);
    await setPresence(core, tomas, { status: "away" }, "a");
    expect(await seenBy(mira, tomas)).toMatchObject({ status: "online" });
    await pass(1_000);
    await setPresence(core, tomas, { status: "away" }, "b");
    await pass(1_000);
    expect(await seenBy(mira, tomas)).toMatchObject({ status: "away" });
    await setPresence(core, tomas, { status: "online" }, "a");
    await pass(1_000);
    expect(statuses(heard, tomas)).toEqual(["online", "away", "online"]);
  });

  test("changes are told at most once a second, the last one always", async () => {
    const { tomas, roomId } = await castIn(core);
    const heard = await listenTo(core, "room", roomId);
    await core.presence.connect("tab", tomas);
    for (const status of ["away", "online", "away", "online", "away"] as const) await setPresence(core, tomas, { status }, "tab");
    expect(statuses(heard, tomas)).toEqual(["online"]);
    await pass(999);
    expect(statuses(heard, tomas)).toEqual(["online"]);
    await pass(1);
    expect(statuses(heard, tomas)).toEqual(["online", "away"]);
  });

  test("[P1] the room someone looks at is told to its members alone", async () => {
    const { mira, tomas, wen, roomId } = await castIn(core);
    const { room: shared } = await createRoom(core, tomas, { kind: "room", title: "Coffee", memberIds: [wen.user.id] });
    const [here, there] = [await listenTo(core, "room", roomId), await listenTo(core, "room", shared.id)];
    await core.presence.connect("tab", tomas);
    await pass(1_000);
    await setPresence(core, tomas, { status: "online", currentRoomId: roomId }, "tab");
    await pass(1_000);
    expect(told(here, tomas).at(-1)).toMatchObject({ status: "online", currentRoomId: roomId });
    expect(told(there, tomas)).toHaveLength(1);
    expect(await seenBy(mira, tomas)).toMatchObject({ currentRoomId: roomId });
    expect(await seenBy(wen, tomas)).toMatchObject({ status: "online", currentRoomId: null });
    await setPresence(core, tomas, { status: "away", currentRoomId: roomId }, "tab");
    await pass(1_000);
    expect(told(there, tomas).at(-1)).toMatchObject({ status: "away", currentRoomId: null });
    await setPresence(core, tomas, { status: "away" }, "tab");
    await pass(1_000);
    expect(told(here, tomas).at(-1)).toMatchObject({ currentRoomId: null });
    expect(JSON.stringify(there)).not.toContain(roomId);
    expect(await refusalOf(setPresence(core, wen, { status: "online", currentRoomId: roomId }, "other tab"))).toMatchObject({ code: "PERMISSION_DENIED" });
  });

  test("[B64] strangers are not there, and people one shares a room with are", async () => {
    const { mira, tomas, wen, roomId } = await castIn(core);
    const [heard, toldTomas] = [await listenTo(core, "room", roomId), await listenTo(core, "user", tomas.user.id)];
    for (const who of [wen, tomas]) await core.presence.connect(newId(), who);
    expect(told(heard, wen)).toEqual([]);
    expect(toldTomas).toMatchObject([{ kind: "presence", presence: { status: "online" } }]);
    expect(await getPresence(core, mira, { userIds: [wen.user.id, tomas.user.id, newId(), tomas.user.id] })).toMatchObject([{ userId: tomas.user.id }]);
    expect(await getPresence(core, wen, { userIds: [wen.user.id] })).toMatchObject([{ status: "online" }]);
  });

  test("[P1] a room of more than 200 members is not told", async () => {
    const { tomas, roomId } = await castIn(core);
    const heard = await listenTo(core, "room", roomId);
    await core.db.updateTable("rooms").set({ member_count: 201 }).where("id", "=", roomId).execute();
    await core.presence.connect("tab", tomas);
    expect(heard).toEqual([]);
  });

  test("over plain HTTP nothing is said of anyone's presence", async () => {
    const { mira, tomas } = await castIn(core);
    await setPresence(core, tomas, { status: "online" }, "a connection that has ended");
    expect(await seenBy(mira, tomas)).toMatchObject({ status: "offline", lastSeen: null });
  });

  test("[A21] of the many who go in the same moment nothing stays behind, and each was last seen then", async () => {
    const people = await Promise.all(Array.from({ length: 230 }, () => person(core, "lin")));
    for (const who of people) await core.presence.connect(`tab of ${who.user.id}`, who);
    const wentAt = clock.now();
    for (const { user } of people) core.presence.disconnect(`tab of ${user.id}`);
    await pass(15_000);
    const held = await core.bus.leases.held(people.map(({ user }) => `presence:${user.id}`));
    expect(held.flat()).toEqual([]);
    const rows = await core.db.selectFrom("users").select("last_active_at").where("id", "in", people.map(({ user }) => user.id)).execute();
    expect(rows.map(({ last_active_at }) => last_active_at?.getTime())).toEqual(people.map(() => wentAt));
  });

  test("who went, or came, while it couldn't be read whom to tell is told of as soon as it can", async () => {
    const { failing, node, nodeClock, seconds } = await coreThatCanFail();
    const { tomas, mira, roomId } = await castIn(node);
    const heard = await listenTo(node, "room", roomId);
    await node.presence.connect("tab", tomas);
    node.presence.disconnect("tab");
    const wentAt = new Date(nodeClock.now()).toISOString();
    failing.next(Infinity);
    await seconds(15);
    await node.presence.connect("phone", mira);
    expect(statuses(heard, tomas)).toEqual(["online"]);
    failing.next(0);
    await seconds(15);
    expect(told(heard, tomas)).toMatchObject([{ status: "online" }, { status: "offline", lastSeen: wentAt }]);
    expect(statuses(heard, mira)).toEqual(["online"]);
    await node.close();
  });

  test("[A26] all 500 people of a node that dies are told to be gone with the first look, but for those for whom it can't be read whom to tell: with the next", async () => {
    const { failing, node, seconds } = await coreThatCanFail();
    const people = Array.from({ length: 500 }, () => newId());
    const gone: string[] = [];
    for (const id of people) {
      await node.bus.listen("user", id, (note) => note.kind === "presence" && note.presence.status === "offline" && void gone.push(id));
      await node.bus.leases.hold(`presence:${id}`, "elsewhere", "online ", 45_000);
    }
    failing.next(1);
    await seconds(50);
    expect(gone).toHaveLength(400);
    await seconds(10);
    expect(gone.toSorted()).toEqual(people.toSorted());
    await seconds(10);
    expect(gone).toHaveLength(500);
    await node.close();
  });

  test("what was found before is never told after what was found later", async () => {
    const slow = new SlowDatabase(database);
    const { core: node, clock: nodeClock } = await openTestCore(slow.database);
    const { tomas, roomId } = await castIn(node);
    const heard = await listenTo(node, "room", roomId);
    const answer = slow.hold(1);
    const connecting = node.presence.connect("tab", tomas);
    await answer.read;
    await setPresence(node, tomas, { status: "away" }, "tab");
    nodeClock.move(1_000);
    await expect.poll(() => statuses(heard, tomas)).toEqual(["away"]);
    answer.tell();
    await connecting;
    expect(statuses(heard, tomas)).toEqual(["away"]);
    await node.close();
  });

  test("of someone who came and went nothing stays behind but when they were last seen", async () => {
    const lin = await person(core, "lin");
    await core.presence.connect("tab", lin);
    core.presence.disconnect("tab");
    const wentAt = clock.now();
    await pass(15_000);
    expect(await core.bus.leases.held([`presence:${lin.user.id}`])).toEqual([[]]);
    const row = await core.db.selectFrom("users").select("last_active_at").where("id", "=", lin.user.id).executeTakeFirstOrThrow();
    expect(row.last_active_at?.getTime()).toBe(wentAt);
  });
});

/** A database of which a test has some reads of who sits in which room fail. */
function failingReads(database: Database) {
  let failures = 0;
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      if (node.kind !== "SelectQueryNode" || !JSON.stringify(node).includes('"room_members"') || failures === 0) return node;
      failures--;
      throw new Error("The database is restarting.");
    },
    transformResult: async ({ result }) => result,
  };
  const next = (count: number) => {
    failures = count;
  };
  return { database: { ...database, db: database.db.withPlugin(plugin) }, next };
}
