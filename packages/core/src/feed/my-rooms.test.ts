import type { Database } from "@tertulia/db/open";
import { openTestDatabase, testDatabases } from "@tertulia/db/testing/open-test-database";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castIn, say } from "../../test/cast.ts";
import { CutBus } from "../../test/cut-bus.ts";
import { Listener } from "../../test/listener.ts";
import { openTestCore } from "../../test/open-test-core.ts";
import { SlowDatabase } from "../../test/slow-database.ts";
import type { Core } from "../core.ts";
import { addMember } from "../members/add-member.ts";
import { removeMember } from "../members/remove-member.ts";
import { createRoom } from "../rooms/create-room.ts";
import { startTyping } from "../typing/start-typing.ts";
import type { MyRooms, MyRoomsSink, Places } from "./my-rooms.ts";

const NONE: Places = new Map();

/** A client that hears all of its person's rooms. */
class Everything extends Listener implements MyRoomsSink {
  mine: MyRooms | null = null;
  onBacklog: () => Promise<void> = async () => {};

  get said(): string[] {
    return this.events.flatMap((event) => (event.type === "message.posted" ? [event.message.content] : []));
  }

  get rooms(): string[] {
    return this.inbox.map((update) => ("entry" in update ? `${update.type} ${update.entry.room.title}` : update.type));
  }

  backlogTaken(): Promise<void> {
    return this.onBacklog();
  }

  resume(places: Places) {
    if (!this.mine) throw new Error("It hears nothing yet");
    return this.mine.resume(places);
  }
}

async function hearAll(core: Core, actor: Actor, { since, resumedNext = NONE }: { since?: Places; resumedNext?: Places } = {}): Promise<Everything> {
  const client = new Everything(actor);
  const { mine, stop } = await core.myRooms.follow(client, { since: since ?? (await core.memberships.placesOf(actor)), resumedNext });
  client.mine = mine;
  client.stop = stop;
  return client;
}

describe.each(testDatabases())("one's rooms on %s", (kind) => {
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

  const comeInto = async (actor: Actor, by: Actor, title: string): Promise<Id> => {
    const { room } = await createRoom(core, by, { kind: "room", title });
    await addMember(core, by, { roomId: room.id, userId: actor.user.id });
    return room.id;
  };

  /** In this order. */
  async function placesIn(actor: Actor, ...roomIds: Id[]): Promise<Places> {
    const places = await core.memberships.placesOf(actor);
    return new Map(roomIds.map((roomId) => [roomId, places.get(roomId) ?? 0]));
  }

  test("[auth A4] are heard from where they were, and so are those that one comes into; others aren't", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const since = await core.memberships.placesOf(tomas);
    const own = await createRoom(core, mira, { kind: "room", title: "Mira's own" });
    await say(core, mira, roomId, "Before he was listened for");
    const hears = await hearAll(core, tomas, { since });
    await say(core, mira, own.room.id, "Nobody hears this");
    await say(core, mira, roomId, "Live");
    const later = await comeInto(tomas, mira, "Later");
    await hears.until(() => hears.rooms.length === 1);
    await say(core, mira, later, "Welcome!");
    await hears.until(() => hears.said.length === 3);
    expect(hears.said).toEqual(["Before he was listened for", "Live", "Welcome!"]);
    expect(hears.rooms).toEqual(["room.joined Later"]);
    hears.stop();
  });

  test("that one came into, or was put out of, before they began to be heard are told", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const since = await core.memberships.placesOf(tomas);
    await removeMember(core, mira, { roomId, userId: tomas.user.id });
    await comeInto(tomas, mira, "Meanwhile");
    const hears = await hearAll(core, tomas, { since });
    await say(core, mira, roomId, "Without him");
    await hears.until(() => hears.rooms.length === 2);
    expect(hears.rooms).toEqual(["room.left", "room.joined Meanwhile"]);
    expect(hears.said).toEqual([]);
    hears.stop();
  });

  test("[B38] that one is put out of tell nothing more, and once one is back everything from then on", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const hears = await hearAll(core, tomas);
    await removeMember(core, mira, { roomId, userId: tomas.user.id });
    await hears.until(() => hears.rooms.length === 1);
    await say(core, mira, roomId, "Without him");
    await addMember(core, mira, { roomId, userId: tomas.user.id });
    await hears.until(() => hears.rooms.length === 2);
    await say(core, mira, roomId, "With him");
    await hears.until(() => hears.said.length === 1);
    await startTyping(core, mira, { roomId });
    const typings = () => hears.batches.flatMap((batch) => (batch.kind === "fading" ? batch.items.filter((note) => note.kind === "typing") : []));
    await hears.until(() => typings().length > 0);
    expect(hears.said).toEqual(["With him"]);
    expect(typings()).toMatchObject([{ typing: { userId: mira.user.id, typing: true } }]);
    hears.stop();
  });

  test("[B38] that one is out of again, though the note of the coming is heard late, tell nothing", async () => {
    const { mira, tomas, roomId } = await castIn(core);
    const hears = await hearAll(core, tomas);
    await removeMember(core, mira, { roomId, userId: tomas.user.id });
    await hears.until(() => hears.rooms.length === 1);
    core.bus.publish("user", tomas.user.id, { kind: "joined", roomId });
    const later = await comeInto(tomas, mira, "Later");
    await hears.until(() => hears.rooms.length === 2);
    await say(core, mira, roomId, "Without him");
    await say(core, mira, later, "With him");
    await hears.until(() => hears.said.length === 1);
    expect(hears.said).toEqual(["With him"]);
    hears.stop();
  });

  test("[B38] that one is put out of while they are being read tell nothing", async () => {
    const slow = new SlowDatabase(database);
    const { core: node } = await openTestCore(slow.database);
    const { mira, tomas, roomId } = await castIn(node);
    const hears = await hearAll(node, tomas, { since: NONE, resumedNext: new Map([[roomId, 0]]) });
    hears.batches.length = 0;
    // Where he sits is read first and last; the room's head between the two.
    const answer = slow.hold(3);
    const resuming = hears.resume(new Map([[roomId, 3]]));
    await answer.read;
    await removeMember(core, mira, { roomId, userId: tomas.user.id });
    await say(core, mira, roomId, "Without him");
    answer.tell();
    await resuming;
    expect(hears.said).toEqual([]);
    hears.stop();
    await node.close();
  });

  test("that one came into while nobody was heard are found when others are heard again", async () => {
    const clock = new MovableClock();
    const bus = new CutBus(clock);
    const { core: node } = await openTestCore(database, {}, { clock, bus });
    const { mira, tomas } = await castIn(core);
    const hears = await hearAll(node, tomas);
    bus.cut();
    await comeInto(tomas, mira, "Unheard of");
    bus.mend();
    await hears.until(() => hears.rooms.length === 1);
    expect(hears.rooms).toEqual(["room.joined Unheard of"]);
    hears.stop();
    await node.close();
  });

  test("that one has come back into before their log tells of one's going are heard again", async () => {
    const clock = new MovableClock();
    const bus = new CutBus(clock);
    const { core: node } = await openTestCore(database, {}, { clock, bus });
    const { mira, tomas, roomId } = await castIn(core);
    const hears = await hearAll(node, tomas);
    bus.cut();
    await removeMember(core, mira, { roomId, userId: tomas.user.id });
    await addMember(core, mira, { roomId, userId: tomas.user.id });
    bus.mend();
    await hears.until(() => hears.rooms.length === 2);
    await say(node, mira, roomId, "There you are");
    await hears.until(() => hears.said.length === 1);
    expect(hears.rooms).toEqual(["room.left", "room.joined Tea"]);
    hears.stop();
    await node.close();
  });

  test("that one comes into miss nothing of what happens while they are being opened", async () => {
    const slow = new SlowDatabase(database);
    const { core: node } = await openTestCore(slow.database);
    const { mira, wen, roomId } = await castIn(core);
    const hears = await hearAll(node, wen);
    await addMember(core, mira, { roomId, userId: wen.user.id });
    const answer = slow.hold(1);
    node.bus.publish("user", wen.user.id, { kind: "joined", roomId });
    await answer.read;
    await say(core, mira, roomId, "Just now");
    answer.tell();
    await hears.until(() => hears.said.length === 1);
    expect(hears.said).toEqual(["Just now"]);
    hears.stop();
    await node.close();
  });

  test("that can't be read end it, so that its client comes back, and never stays deaf to one", async () => {
    const { wen, roomId } = await castIn(core);
    const hears = await hearAll(core, wen);
    await sql`alter table room_members rename to room_members_away`.execute(core.db);
    core.bus.publish("user", wen.user.id, { kind: "joined", roomId });
    await hears.until(() => hears.end !== null);
    await sql`alter table room_members_away rename to room_members`.execute(core.db);
    expect(hears.end).toBe("broken");
    hears.stop();
  });

  test("[L3] that one came into while nobody was heard are found, also while another client takes its time with what it missed", async () => {
    const clock = new MovableClock();
    const bus = new CutBus(clock);
    const { core: node } = await openTestCore(database, {}, { clock, bus });
    const { mira, tomas, wen, roomId } = await castIn(core);
    const slow = await hearAll(node, tomas, { resumedNext: new Map([[roomId, 1]]) });
    const taken = Promise.withResolvers<void>();
    slow.onBacklog = () => taken.promise;
    const resuming = slow.resume(new Map([[roomId, 1]]));
    await slow.until(() => slow.events.length > 0);
    const hears = await hearAll(node, wen);
    // What was missed the first time is looked up for everyone; so is what was missed after that.
    for (const title of ["First", "Second"]) {
      bus.cut();
      await comeInto(wen, mira, title);
      bus.mend();
      await hears.until(() => hears.rooms.includes(`room.joined ${title}`));
    }
    expect(hears.rooms).toEqual(["room.joined First", "room.joined Second"]);
    taken.resolve();
    await resuming;
    for (const { stop } of [slow, hears]) stop();
    await node.close();
  });

  test("are kept open by nobody who has gone, also if they went while they came into one", async () => {
    const { mira, tomas, wen, roomId } = await castIn(core);
    const before = core.feeds.count();
    const [hears, comes] = [await hearAll(core, tomas), await hearAll(core, wen)];
    expect(core.feeds.count()).toEqual({ rooms: before.rooms + 1, followers: before.followers + 1 });
    await addMember(core, mira, { roomId, userId: wen.user.id });
    // The note has been heard, and the room is being read.
    await Promise.resolve();
    const resuming = hears.resume(new Map([[roomId, 1]]));
    for (const { stop } of [hears, comes]) stop();
    await resuming;
    await expect.poll(() => core.feeds.count()).toEqual(before);
  });

  describe("[G1] resumed", () => {
    /** Tomas has missed something in two rooms, and has not taken that of the first one yet. */
    async function waitsInTheFirst() {
      const { mira, tomas, roomId: first } = await castIn(core);
      const second = await comeInto(tomas, mira, "Second");
      const places = await placesIn(tomas, first, second);
      for (const roomId of [first, second]) await say(core, mira, roomId, `Missed in ${roomId === first ? "the first" : "the second"}`);
      const hears = await hearAll(core, tomas, { resumedNext: places });
      const taken = Promise.withResolvers<void>();
      hears.onBacklog = () => taken.promise;
      const resuming = hears.resume(places);
      await hears.until(() => hears.said.length === 1);
      return { mira, tomas, first, second, places, hears, taken, resuming };
    }

    test("each waits until the one before it has been taken, and what happens meanwhile comes after what was missed", async () => {
      const { mira, first, second, places, hears, taken, resuming } = await waitsInTheFirst();
      await say(core, mira, second, "Live in the second");
      await say(core, mira, first, "Live in the first");
      await hears.until(() => hears.said.length === 2);
      expect(hears.said).toEqual(["Missed in the first", "Live in the first"]);
      taken.resolve();
      const { rooms, reset, gone } = await resuming;
      await hears.until(() => hears.said.length === 4);
      expect(hears.said.slice(2)).toEqual(["Missed in the second", "Live in the second"]);
      expect([rooms.get(first), reset, gone]).toEqual([(places.get(first) ?? 0) + 1, [], []]);
      hears.stop();
    });

    test("by halves, since the database could not be reached, it ends, so that its client comes back, and leaves nothing open", async () => {
      const slow = new SlowDatabase(database);
      const { core: node } = await openTestCore(slow.database);
      const { mira, tomas, roomId: first } = await castIn(core);
      const second = await comeInto(tomas, mira, "Second");
      const places = await placesIn(tomas, first, second);
      for (const roomId of [first, second]) await say(core, mira, roomId, "Missed");
      const before = node.feeds.count();
      let nth = 0;
      do {
        const hears = await hearAll(node, tomas, { since: NONE, resumedNext: places });
        slow.lose(++nth);
        const went = await hears.resume(places).then(() => "whole", () => "by halves");
        const [left, end] = [node.feeds.count(), hears.end];
        hears.stop();
        if (slow.isWhole) break;
        expect([nth, went, end, left]).toEqual([nth, "by halves", "broken", before]);
      } while (nth < 100);
      // Where he sits, the rooms' heads, and of each where its log ends and what it says.
      expect(nth).toBeGreaterThan(6);
      expect(node.feeds.count()).toEqual(before);
      await node.close();
    });

    test("one of which nobody but its members hears opens no feed", async () => {
      const slow = new SlowDatabase(database);
      const { core: node } = await openTestCore(slow.database);
      const { wen, roomId } = await castIn(core);
      const hears = await hearAll(node, wen);
      const before = node.feeds.count();
      const answer = slow.hold(2);
      const resuming = hears.resume(new Map([[roomId, 1]]));
      await answer.read;
      expect(node.feeds.count()).toEqual(before);
      answer.tell();
      expect(await resuming).toEqual({ rooms: new Map(), reset: [], gone: [roomId] });
      hears.stop();
      await node.close();
    });

    test("by one who has gone meanwhile, nothing more is read", async () => {
      const slow = new SlowDatabase(database);
      const { core: node } = await openTestCore(slow.database);
      const { mira, tomas, roomId: first } = await castIn(core);
      const second = await comeInto(tomas, mira, "Second");
      const places = await placesIn(tomas, first, second);
      for (const roomId of [first, second]) await say(core, mira, roomId, "Missed");
      const hears = await hearAll(node, tomas, { resumedNext: places });
      const taken = Promise.withResolvers<void>();
      hears.onBacklog = () => taken.promise;
      const resuming = hears.resume(places);
      await hears.until(() => hears.said.length === 1);
      hears.stop();
      slow.lose(1);
      taken.resolve();
      await resuming;
      expect(slow.isWhole).toBe(true);
      await node.close();
    });

    test("what fades comes after what was missed; an answer's words, which may have ended meanwhile, not at all", async () => {
      const slow = new SlowDatabase(database);
      const { core: node } = await openTestCore(slow.database);
      const { mira, tomas, roomId } = await castIn(node);
      const places = await placesIn(tomas, roomId);
      await say(core, mira, roomId, "Missed");
      const hears = await hearAll(node, tomas, { resumedNext: places });
      hears.batches.length = 0;
      // He is registered in the room, and where he sits is read.
      const answer = slow.hold(3);
      const resuming = hears.resume(places);
      await answer.read;
      answer.tell();
      const held = slow.hold(1);
      await held.read;
      node.bus.publish("room", roomId, { kind: "delta", delta: { runId: "run", messageId: "m1", offset: 0, text: "Late" } });
      await startTyping(core, mira, { roomId });
      node.bus.publish("room", roomId, { kind: "typing", typing: { userId: mira.user.id, username: "mira", typing: true } });
      await new Promise((resolve) => void setImmediate(resolve));
      held.tell();
      await resuming;
      expect(hears.batches.map((batch) => (batch.kind === "fading" ? batch.items.map(({ kind: what }) => what) : batch.kind))).toEqual(["messages", ["typing"]]);
      hears.stop();
      await node.close();
    });

    test("[L3] one of which much was missed is told as it is taken", async () => {
      const { mira, tomas, roomId } = await castIn(core);
      const places = await placesIn(tomas, roomId);
      for (let number = 0; number < 120; number++) await say(core, mira, roomId, `${number}`);
      const hears = await hearAll(core, tomas, { resumedNext: places });
      const [asked, taken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      hears.onBacklog = () => (asked.resolve(), taken.promise);
      const resuming = hears.resume(places);
      await asked.promise;
      expect(hears.said).toHaveLength(100);
      taken.resolve();
      await resuming;
      expect(hears.said).toEqual(Array.from({ length: 120 }, (_, number) => `${number}`));
      hears.stop();
    });

    test("one that one was put out of while it waited is gone, and nothing of it is told", async () => {
      const { mira, tomas, second, hears, taken, resuming } = await waitsInTheFirst();
      await removeMember(core, mira, { roomId: second, userId: tomas.user.id });
      taken.resolve();
      expect(await resuming).toMatchObject({ reset: [], gone: [second] });
      expect(hears.said).toEqual(["Missed in the first"]);
      hears.stop();
    });
  });
});
