import { type Bus, EVERYONE, type Notes } from "@tertulia/model/ports/bus";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** What the suite needs of a bus: two nodes that hear each other (a bus in memory is both), and a way to let time pass. */
export interface BusNodes {
  here: Bus;
  there: Bus;
  /** Lets leases age by so many milliseconds. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const room = "0190f3a0-0000-7000-8000-000000000001";
const otherRoom = "0190f3a0-0000-7000-8000-000000000002";
const mira = "0190f3a0-0000-7000-8000-00000000000a";
const tomas = "0190f3a0-0000-7000-8000-00000000000b";
const run = "0190f3a0-0000-7000-8000-00000000000f";

/** What every bus promises, in memory or over a network. */
export function busContract(open: () => Promise<BusNodes>): void {
  let nodes: BusNodes;
  beforeEach(async () => {
    nodes = await open();
  });
  afterEach(() => nodes.close());

  describe("notes", () => {
    test("whoever listens hears what is published from then on, on every node", async () => {
      const near = await ear(nodes.here, "room", room);
      const far = await ear(nodes.there, "room", room);
      nodes.here.publish("room", room, typing("tomas"));
      expect(await near.next()).toEqual(typing("tomas"));
      expect(await far.next()).toEqual(typing("tomas"));
    });

    test("what was published before isn't heard", async () => {
      const before = await ear(nodes.here, "room", room);
      nodes.here.publish("room", room, typing("too early"));
      await before.next();
      const late = await ear(nodes.here, "room", room);
      nodes.here.publish("room", room, typing("in time"));
      expect(await late.next()).toEqual(typing("in time"));
    });

    test("notes of a channel come in the order sent, also those sent by a listener", async () => {
      const heard = await ear(nodes.here, "room", room);
      await nodes.here.listen("room", room, (note) => {
        if (note.kind === "typing" && note.typing.username === "first") nodes.here.publish("room", room, typing("answer"));
      });
      for (const name of ["first", "second", "third"]) nodes.here.publish("room", room, typing(name));
      const names = [await heard.next(), await heard.next(), await heard.next(), await heard.next()].map((note) => (note.kind === "typing" ? note.typing.username : null));
      expect(names).toEqual(["first", "second", "third", "answer"]);
    });

    test("publish returns before anyone hears", async () => {
      const heard: unknown[] = [];
      const listening = await ear(nodes.here, "room", room);
      await nodes.here.listen("room", room, (note) => heard.push(note));
      nodes.here.publish("room", room, typing("tomas"));
      expect(heard).toEqual([]);
      await listening.next();
    });

    test("rooms, users and runs don't hear each other, nor one room another", async () => {
      const inRoom = await ear(nodes.here, "room", room);
      const ofUser = await ear(nodes.here, "user", mira);
      const ofRun = await ear(nodes.here, "run", run);
      const sameIdAsRoom = await ear(nodes.here, "user", room);
      nodes.there.publish("room", otherRoom, typing("elsewhere"));
      nodes.there.publish("user", tomas, { kind: "account.changed" });
      nodes.there.publish("room", room, typing("here"));
      nodes.there.publish("user", mira, { kind: "joined", roomId: room });
      nodes.there.publish("run", run, { kind: "stop", by: mira });
      nodes.there.publish("user", room, { kind: "account.changed" });
      expect(await inRoom.next()).toEqual(typing("here"));
      expect(await ofUser.next()).toEqual({ kind: "joined", roomId: room });
      expect(await ofRun.next()).toEqual({ kind: "stop", by: mira });
      expect(await sameIdAsRoom.next()).toEqual({ kind: "account.changed" });
    });

    test("what concerns everyone is heard on every node", async () => {
      const [here, there] = [await ear(nodes.here, "server", EVERYONE), await ear(nodes.there, "server", EVERYONE)];
      const note: Notes["server"] = { kind: "notice", notice: { id: run, kind: "announcement", text: "Cake", severity: "info", at: "", scheduledAt: null, durationMinutes: null } };
      nodes.here.publish("server", EVERYONE, note);
      expect(await here.next()).toEqual(note);
      expect(await there.next()).toEqual(note);
    });

    test("whoever stopped listening hears nothing more, and the others go on", async () => {
      const stays = await ear(nodes.here, "room", room);
      const goes = await ear(nodes.here, "room", room);
      goes.stop();
      goes.stop();
      nodes.here.publish("room", room, typing("tomas"));
      expect(await stays.next()).toEqual(typing("tomas"));
      expect(goes.unread()).toBe(0);
    });

    test("a function that listens twice hears twice, and once after one of the two stopped", async () => {
      let heard = 0;
      const count = () => void heard++;
      await nodes.here.listen("room", room, count);
      const stop = await nodes.here.listen("room", room, count);
      const last = await ear(nodes.here, "room", room);
      nodes.here.publish("room", room, typing("tomas"));
      await last.next();
      expect(heard).toBe(2);
      stop();
      nodes.here.publish("room", room, typing("tomas"));
      await last.next();
      expect(heard).toBe(3);
    });

    test("a listener that throws harms neither the publisher nor the other listeners", async () => {
      await nodes.here.listen("room", room, () => {
        throw new Error("I can't listen.");
      });
      const heard = await ear(nodes.here, "room", room);
      nodes.here.publish("room", room, typing("tomas"));
      nodes.here.publish("room", room, typing("mira"));
      expect(await heard.next()).toEqual(typing("tomas"));
      expect(await heard.next()).toEqual(typing("mira"));
    });

    test("a note keeps its words whatever they are", async () => {
      const heard = await ear(nodes.there, "room", room);
      const note = typing('Tea? 茶 🍵 "quoted" \\ \u2028 line');
      nodes.here.publish("room", room, note);
      expect(await heard.next()).toEqual(note);
    });
  });

  describe("leases", () => {
    test("the first to hold a lease finds nobody, the next finds one, on every node", async () => {
      expect(await nodes.here.leases.hold("presence:mira", "tab 1", "online", 45_000)).toBe(0);
      expect(await nodes.there.leases.hold("presence:mira", "tab 2", "away", 45_000)).toBe(1);
      expect(await nodes.here.leases.held(["presence:mira", "presence:wen"])).toEqual([["online", "away"], []]);
    });

    test("holding again renews it and replaces its value", async () => {
      await nodes.here.leases.hold("presence:mira", "tab 1", "online", 1_000);
      await nodes.pass(700);
      expect(await nodes.here.leases.hold("presence:mira", "tab 1", "away", 1_000)).toBe(1);
      await nodes.pass(700);
      expect(await nodes.there.leases.held(["presence:mira"])).toEqual([["away"]]);
    });

    test("a lease that nobody renews fades by itself", async () => {
      await nodes.here.leases.hold("presence:mira", "tab 1", "online", 500);
      await nodes.here.leases.hold("presence:mira", "tab 2", "online", 60_000);
      await nodes.pass(600);
      expect(await nodes.there.leases.held(["presence:mira"])).toEqual([["online"]]);
      expect(await nodes.there.leases.hold("presence:mira", "tab 3", "online", 500)).toBe(1);
    });

    test("giving one up says how many are left; giving up what one doesn't hold changes nothing", async () => {
      await nodes.here.leases.hold("presence:mira", "tab 1", "online", 45_000);
      await nodes.there.leases.hold("presence:mira", "tab 2", "online", 45_000);
      expect(await nodes.here.leases.drop("presence:mira", "tab 1")).toBe(1);
      expect(await nodes.here.leases.drop("presence:mira", "tab 1")).toBe(1);
      expect(await nodes.there.leases.drop("presence:mira", "tab 2")).toBe(0);
      expect(await nodes.there.leases.drop("presence:wen", "tab 9")).toBe(0);
      expect(await nodes.here.leases.held(["presence:mira"])).toEqual([[]]);
    });

    test("a key whose last holder died is told once, to one node; one that was given up or is held by another isn't", async () => {
      await nodes.here.leases.hold("presence:mira", "tab 1", "online", 500);
      await nodes.here.leases.hold("presence:tomas", "tab 2", "online", 500);
      await nodes.there.leases.hold("presence:tomas", "phone", "online", 60_000);
      await nodes.here.leases.hold("presence:wen", "tab 3", "online", 500);
      await nodes.here.leases.drop("presence:wen", "tab 3");
      expect(await nodes.there.leases.lapsed()).toEqual([]);
      await nodes.pass(600);
      const told = await Promise.all([nodes.there.leases.lapsed(), nodes.here.leases.lapsed()]);
      expect(told.flat()).toEqual(["presence:mira"]);
    });

    test("who comes back before anyone asked didn't die", async () => {
      await nodes.here.leases.hold("presence:mira", "tab 1", "online", 500);
      await nodes.pass(600);
      await nodes.there.leases.hold("presence:mira", "tab 2", "online", 60_000);
      expect(await nodes.here.leases.lapsed()).toEqual([]);
    });
  });

  describe("counters", () => {
    const MINUTE_MS = 60_000;

    test("[B10] all nodes together give no more places than there are, and a place is free again a window after it was taken", async () => {
      const { here, there } = nodes;
      for (const node of [here, there, here]) expect(await node.counters.take("posts:mira", 3, MINUTE_MS)).toMatchObject({ isTaken: true, isShared: true });
      await nodes.pass(50_000);
      const full = await there.counters.take("posts:mira", 3, MINUTE_MS);
      expect(full).toEqual({ isTaken: false, isShared: true, freeAfterMs: expect.toSatisfy((ms: number) => ms > 0 && ms <= 10_000) });
      expect(await there.counters.take("posts:tomas", 3, MINUTE_MS)).toMatchObject({ isTaken: true });
      await nodes.pass(10_001);
      expect(await there.counters.take("posts:mira", 3, MINUTE_MS)).toMatchObject({ isTaken: true });
    });

    test("ten at once on two nodes get the three places there are", async () => {
      const takings = await Promise.all(Array.from({ length: 10 }, (_, turn) => (turn % 2 ? nodes.here : nodes.there).counters.take("posts:mira", 3, MINUTE_MS)));
      expect(takings.filter(({ isTaken }) => isTaken)).toHaveLength(3);
    });

    test("a place that was given back is free for anyone", async () => {
      const taking = await nodes.here.counters.take("posts:mira", 1, MINUTE_MS);
      if (taking.isTaken) taking.giveBack();
      expect(await nodes.here.counters.take("posts:mira", 1, MINUTE_MS)).toMatchObject({ isTaken: true });
      expect(await nodes.there.counters.take("posts:mira", 1, MINUTE_MS)).toMatchObject({ isTaken: false });
    });
  });

  describe("budgets", () => {
    const MINUTE_MS = 60_000;
    const upToAMinute = expect.toSatisfy((ms: number) => ms > 0 && ms <= MINUTE_MS);

    test("what one node spends is spent on all, and told with what is left and until when", async () => {
      const here = nodes.here.budgets.open("requests", 3, MINUTE_MS);
      const there = nodes.there.budgets.open("requests", 3, MINUTE_MS);
      expect(await here.spend("mira", 1)).toEqual({ isWithin: true, remaining: 2, resetMs: upToAMinute });
      expect(await there.spend("mira", 2)).toEqual({ isWithin: true, remaining: 0, resetMs: upToAMinute });
      expect(await here.spend("mira", 1)).toEqual({ isWithin: false, remaining: 0, resetMs: upToAMinute });
      expect(await there.spend("tomas", 1)).toMatchObject({ isWithin: true, remaining: 2 });
    });

    test("more than is left is refused whole", async () => {
      const here = nodes.here.budgets.open("requests", 5, MINUTE_MS);
      await here.spend("mira", 4);
      expect(await here.spend("mira", 2)).toMatchObject({ isWithin: false, remaining: 0 });
    });

    test("a minute after the first of them all may be spent again, however much was refused meanwhile", async () => {
      const here = nodes.here.budgets.open("requests", 2, MINUTE_MS);
      await here.spend("mira", 2);
      await nodes.pass(50_000);
      expect(await here.spend("mira", 5)).toEqual({ isWithin: false, remaining: 0, resetMs: expect.toSatisfy((ms: number) => ms > 0 && ms <= 10_000) });
      await nodes.pass(10_001);
      expect(await here.spend("mira", 2)).toMatchObject({ isWithin: true, remaining: 0 });
    });

    test("budgets of other names don't count for each other", async () => {
      const here = nodes.here.budgets.open("requests", 1, MINUTE_MS);
      const other = nodes.here.budgets.open("uploads", 1, MINUTE_MS);
      await here.spend("mira", 1);
      expect(await other.spend("mira", 1)).toMatchObject({ isWithin: true });
    });
  });
}

const typing = (username: string): Notes["room"] => ({ kind: "typing", typing: { userId: tomas, username, typing: true } });

/** Listens, and hands out what it heard one by one. */
async function ear<K extends keyof Notes>(bus: Bus, channel: K, id: string) {
  const heard: Notes[K][] = [];
  let wake = () => {};
  const stop = await bus.listen(channel, id, (note) => {
    heard.push(note);
    wake();
  });
  return {
    stop,
    unread: () => heard.length,
    async next(): Promise<Notes[K]> {
      for (;;) {
        const note = heard.shift();
        if (note) return note;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
