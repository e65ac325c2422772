import { silentLog } from "@tertulia/db/testing/open-test-database";
import { MovableClock } from "@tertulia/testing/movable-clock";
import { describe, expect, test } from "vitest";
import { Courier } from "./courier.ts";
import { Encoded } from "./encoded.ts";
import { HandTurnedLoop } from "../../test/hand-turned-loop.ts";
import { deleted, left, PlainListener, ROOM } from "../../test/plain-listener.ts";
import { RoomFeed, type RoomFeedParts } from "./room-feed.ts";

describe("a room's feed", () => {
  test("a follower without a cursor first gets an empty batch whose id is the head", async () => {
    const feed = openFeed({ head: 7 });
    const { listener } = await arrive(feed, null, 7);
    expect(listener.batches).toEqual([{ kind: "messages", id: 7, items: [] }]);
  });

  test("a cursor above the log, or too far behind it, is answered with a reset alone", async () => {
    const feed = openFeed({ head: 5_000 });
    const ahead = await arrive(feed, 5_001, 5_000);
    const behind = await arrive(feed, 10, 5_000);
    expect(ahead.listener.batches).toEqual([{ kind: "messages", id: 5_000, items: [{ type: "reset", roomId: ROOM, reason: "AHEAD_OF_LOG", headSeq: 5_000 }] }]);
    expect(behind.listener.batches).toEqual([{ kind: "messages", id: 5_000, items: [{ type: "reset", roomId: ROOM, reason: "TOO_FAR_BEHIND", headSeq: 5_000 }] }]);
  });

  test("a backlog that is no longer kept whole is answered with a reset, never with a silent gap", async () => {
    const log = Array.from({ length: 20 }, (_, index) => deleted(index + 1));
    const feed = openFeed({ head: 20, readLog: async (after) => log.slice(Math.max(after, 10)) });
    const { listener } = await arrive(feed, 3, 20);
    expect(listener.batches.at(0)).toMatchObject({ items: [{ type: "reset" }] });
  });

  test("who leaves hears of it last, and nothing of what comes after in the same batch", async () => {
    const feed = openFeed();
    const mira = await arrive(feed, 0, 0, "mira");
    const tomas = await arrive(feed, 0, 0, "tomas");
    feed.hear({ kind: "events", firstSeq: 1, events: [deleted(1), left(2, "tomas"), deleted(3)] });
    expect(tomas.listener.seqs).toEqual([1, 2]);
    expect(tomas.listener.end).toBe("left");
    expect(mira.listener.seqs).toEqual([1, 2, 3]);
    expect(mira.listener.end).toBeNull();
  });

  test("a backlog ends where membership was read: what came after waits for the feed, which knows who has left", async () => {
    const log = [deleted(1), deleted(2), left(3, "tomas"), deleted(4)];
    const feed = openFeed({ head: 2, readLog: async (after, limit) => log.slice(after, after + limit) });
    const { listener } = await arrive(feed, 0, 2, "tomas");
    expect(listener.seqs).toEqual([1, 2]);
    feed.hear({ kind: "events", firstSeq: 3, events: log.slice(2) });
    expect(listener.seqs).toEqual([1, 2, 3]);
    expect(listener.end).toBe("left");
  });

  test("[L3] a follower who doesn't read is let go, and the others hear on", async () => {
    const { feed, loop } = turned();
    const mira = await arrive(feed, 0, 0, "mira");
    const tomas = await arrive(feed, 0, 0, "tomas");
    tomas.listener.unsent = 2 * 1024 * 1024;
    feed.hear({ kind: "events", firstSeq: 1, events: [deleted(1)] });
    loop.turn();
    expect(tomas.listener.end).toBe("slow");
    expect(mira.listener.seqs).toEqual([1]);
  });

  test("who misses something, since writing to someone failed, is let go to come back for it, and never told what comes after", async () => {
    const { feed, loop } = turned();
    const [mira, tomas] = [await arrive(feed, 0, 0, "mira"), await arrive(feed, 0, 0, "tomas")];
    mira.listener.onWrite = () => {
      mira.listener.onWrite = () => {};
      throw new Error("This can't be written to.");
    };
    for (const seq of [1, 2]) {
      feed.hear({ kind: "events", firstSeq: seq, events: [deleted(seq)] });
      loop.turn();
    }
    for (const { listener } of [mira, tomas]) expect([listener.seqs, listener.end]).toEqual([[], "broken"]);
  });

  test("[T1] typing is never told back to the typist", () => {
    const feed = openFeed();
    const mira = new PlainListener("mira");
    const tomas = new PlainListener("tomas");
    for (const sink of [mira, tomas]) feed.addFading("typing", sink).goLive(new Encoded({ kind: "typing", items: [] }), 0);
    feed.hear({ kind: "typing", typing: { userId: "tomas", username: "tomas", typing: true } });
    expect(mira.batches).toHaveLength(2);
    expect(tomas.batches).toHaveLength(1);
    expect(feed.typists).toEqual([{ userId: "tomas", username: "tomas", typing: true }]);
  });

  test("what is told while the state is read comes after it, so that the newest has the last word", () => {
    const feed = openFeed();
    const mira = new PlainListener("mira");
    const follower = feed.addFading("presence", mira);
    const presence = { userId: "tomas", lastSeen: null, currentRoomId: null };
    feed.hear({ kind: "presence", presence: { ...presence, status: "online" } });
    follower.goLive(new Encoded({ kind: "presence", items: [{ ...presence, status: "offline" }] }), 0);
    expect(mira.batches.flatMap((batch) => (batch.kind === "presence" ? batch.items.map(({ status }) => status) : []))).toEqual(["offline", "online"]);
  });

  test("who is put out before they were found to be a member hears what was told until then, and nothing after", async () => {
    const feed = openFeed();
    const [messages, typing] = [new PlainListener("tomas"), new PlainListener("tomas")];
    const [follower, fading] = [feed.addFollower(messages), feed.addFading("typing", typing)];
    const mira = { userId: "mira", username: "mira", typing: true };
    feed.hear({ kind: "typing", typing: mira });
    feed.hear({ kind: "events", firstSeq: 1, events: [deleted(1), left(2, "tomas"), deleted(3)] });
    feed.hear({ kind: "typing", typing: { ...mira, typing: false } });
    expect([messages.batches, typing.batches]).toEqual([[], []]);
    // Their membership was read before the second event.
    await follower.goLive(0, 0);
    fading.goLive(new Encoded({ kind: "typing", items: [] }), 0);
    expect([messages.seqs, messages.end]).toEqual([[1, 2], "left"]);
    expect(typing.batches).toEqual([{ kind: "typing", items: [] }, { kind: "typing", items: [mira] }]);
    expect(typing.end).toBe("left");
  });

  test("who left and has come back stays, though this node hears of the leaving only now", async () => {
    const feed = openFeed({ head: 1 });
    const { listener } = await arrive(feed, 3, 3, "tomas");
    const early = new PlainListener("tomas");
    const follower = feed.addFollower(early);
    feed.hear({ kind: "events", firstSeq: 2, events: [left(2, "tomas"), deleted(3), deleted(4)] });
    await follower.goLive(3, 3);
    for (const { seqs, end } of [listener, early]) expect([seqs, end]).toEqual([[4], null]);
  });

  test("a batch is encoded once, however many follow", async () => {
    let encodings = 0;
    const dialect = { encode: () => (encodings++, () => Buffer.alloc(0)) };
    const { feed, loop } = turned();
    for (const name of ["mira", "tomas", "wen"]) await feed.addFollower(new PlainListener(name, dialect)).goLive(0, 0);
    feed.hear({ kind: "events", firstSeq: 1, events: [deleted(1)] });
    loop.turn();
    expect(encodings).toBe(1);
  });
});

describe("a busy room", () => {
  test("is told in the next turn while it is calm; past 50 a second what comes within 8 ms travels together", async () => {
    const { feed, loop } = turned();
    const { listener } = await arrive(feed, 0, 0);
    let seq = 0;
    const post = () => feed.hear({ kind: "events", firstSeq: ++seq, events: [deleted(seq)] });
    for (let n = 0; n < 200; n++) {
      post();
      loop.turn();
      expect(listener.seqs.at(-1)).toBe(seq);
      loop.pass(20);
    }
    for (let n = 0; n < 100; n++) {
      post();
      loop.pass(2);
    }
    loop.pass(8);
    const sizes = listener.batches.slice(201).map((batch) => batch.items.length);
    expect(listener.seqs).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    expect(Math.max(...sizes)).toBe(4);
    expect(sizes.length).toBeLessThan(40);
    for (const batch of listener.batches) expect(batch).toMatchObject({ id: lastSeqOf(batch) });
    loop.pass(1_000);
    post();
    loop.turn();
    expect(listener.seqs.at(-1)).toBe(seq);
  });

  test.each([
    { crowd: "few", writeMs: 0, gathersMs: 8 },
    { crowd: "many", writeMs: 5, gathersMs: 10 },
    { crowd: "very many", writeMs: 50, gathersMs: 25 },
  ])("gathers for twice as long as its $crowd took to be told, $gathersMs ms", async ({ writeMs, gathersMs }) => {
    const { feed, loop } = turned();
    const { listener } = await arrive(feed, 0, 0);
    listener.onWrite = () => loop.spend(writeMs);
    feed.hear({ kind: "events", firstSeq: 1, events: Array.from({ length: 60 }, (_, index) => deleted(index + 1)) });
    loop.pass(100);
    feed.hear({ kind: "events", firstSeq: 61, events: Array.from({ length: 60 }, (_, index) => deleted(index + 61)) });
    loop.pass(gathersMs - 1);
    expect(listener.seqs.at(-1)).toBe(60);
    loop.pass(1);
    expect(listener.seqs.at(-1)).toBe(120);
  });

  test("what one turn brings travels together", async () => {
    const { feed, loop } = turned();
    const { listener } = await arrive(feed, 0, 0);
    for (let seq = 1; seq <= 3; seq++) feed.hear({ kind: "events", firstSeq: seq, events: [deleted(seq)] });
    loop.turn();
    expect(listener.seqs).toEqual([1, 2, 3]);
    expect(listener.batches).toHaveLength(1);
  });

  test("[B38] puts people out at once: what is told of other kinds doesn't overtake it", async () => {
    const { feed } = turned();
    const { listener: tomas } = await arrive(feed, 0, 0, "tomas");
    const typing = new PlainListener("tomas");
    feed.addFading("typing", typing).goLive(new Encoded({ kind: "typing", items: [] }), 0);
    feed.hear({ kind: "events", firstSeq: 1, events: Array.from({ length: 60 }, (_, index) => deleted(index + 1)) });
    feed.hear({ kind: "events", firstSeq: 61, events: [left(61, "tomas")] });
    feed.hear({ kind: "typing", typing: { userId: "mira", username: "mira", typing: true } });
    expect([tomas.seqs.at(-1), tomas.end]).toEqual([61, "left"]);
    expect(typing.batches).toHaveLength(1);
  });
});

describe("[A20] a room of thousands", () => {
  const reached = (listeners: PlainListener[], seq: number) => listeners.filter(({ seqs }) => seqs.includes(seq)).length;

  test("is told 250 at a time, and the event loop turns in between", async () => {
    const { feed, loop } = turned();
    const listeners = await crowd(feed, 1_000);
    feed.hear({ kind: "events", firstSeq: 1, events: [deleted(1)] });
    const seen: number[] = [];
    while (loop.turn()) seen.push(reached(listeners, 1));
    expect(seen.slice(0, 4)).toEqual([250, 500, 750, 1_000]);
  });

  test("is told for 8 ms at a time, when writing takes long", async () => {
    const { feed, loop } = turned();
    const listeners = await crowd(feed, 300);
    for (const listener of listeners) listener.onWrite = () => loop.spend(1);
    feed.hear({ kind: "events", firstSeq: 1, events: [deleted(1)] });
    loop.turn();
    expect(reached(listeners, 1)).toBeLessThan(30);
    while (loop.turn());
    expect(reached(listeners, 1)).toBe(300);
  });

  test("holds up no other room: they take turns", async () => {
    const loop = new HandTurnedLoop();
    const courier = new Courier(silentLog, loop);
    const [large, small] = [openFeed({ courier }), openFeed({ courier })];
    const [many, few] = [await crowd(large, 1_000), await crowd(small, 3)];
    large.hear({ kind: "events", firstSeq: 1, events: [deleted(1)] });
    small.hear({ kind: "events", firstSeq: 1, events: [deleted(1)] });
    loop.turn();
    loop.turn();
    expect(reached(few, 1)).toBe(3);
    expect(reached(many, 1)).toBeLessThan(600);
  });

  test("what is said while it is being told goes to each after what came before, and together", async () => {
    const { feed, loop } = turned();
    const listeners = await crowd(feed, 600);
    for (let seq = 1; seq <= 5; seq++) {
      feed.hear({ kind: "events", firstSeq: seq, events: [deleted(seq)] });
      if (seq === 1) loop.turn();
    }
    while (loop.turn());
    for (const { seqs, batches } of listeners) {
      expect(seqs).toEqual([1, 2, 3, 4, 5]);
      expect(batches).toHaveLength(2);
    }
  });

  test("who comes while it is being told hears everything once; who goes hears nothing more; who falls behind is let go alone", async () => {
    const { feed, loop } = turned();
    const listeners = await crowd(feed, 600);
    const [, , ...rest] = listeners.slice(500);
    const [gone, slow] = [listeners[500], listeners[501]];
    if (!gone || !slow) throw new Error("no crowd");
    feed.hear({ kind: "events", firstSeq: 1, events: [deleted(1)] });
    loop.turn();
    gone.stop();
    slow.unsent = 2 * 1024 * 1024;
    const { listener: late } = await arrive(feed, 0, 0, "late");
    const coming = arrive(feed, 0, 1, "later");
    await breathe();
    while (loop.turn());
    const { listener: later } = await coming;
    expect([gone.seqs, gone.end]).toEqual([[], null]);
    expect([slow.seqs, slow.end]).toEqual([[], "slow"]);
    for (const { seqs, end } of [late, later, ...rest]) expect([seqs, end]).toEqual([[1], null]);
  });

  test("[B38] who is put out while it is being told hears that last, and nothing of any kind after", async () => {
    const { feed, loop } = turned();
    const listeners = await crowd(feed, 600);
    const tomas = listeners[599];
    const typing = new PlainListener("one of 599");
    feed.addFading("typing", typing).goLive(new Encoded({ kind: "typing", items: [] }), 0);
    feed.hear({ kind: "events", firstSeq: 1, events: [deleted(1), left(2, "one of 599"), deleted(3)] });
    feed.hear({ kind: "typing", typing: { userId: "mira", username: "mira", typing: true } });
    while (loop.turn());
    expect([tomas?.seqs, tomas?.end]).toEqual([[1, 2], "left"]);
    expect([typing.batches.length, typing.end]).toEqual([1, "left"]);
    expect(listeners[0]?.seqs).toEqual([1, 2, 3]);
  });
});

describe("who is put out while others are still being told", () => {
  test("[B38] hears nothing of any kind that came after", async () => {
    const { feed, loop } = turned();
    const tomas = (await crowd(feed, 600))[599];
    const typing = new PlainListener("one of 599");
    feed.addFading("typing", typing).goLive(new Encoded({ kind: "typing", items: [] }), 0);
    feed.hear({ kind: "events", firstSeq: 1, events: [deleted(1)] });
    loop.turn();
    feed.hear({ kind: "events", firstSeq: 2, events: [left(2, "one of 599")] });
    feed.hear({ kind: "events", firstSeq: 3, events: [deleted(3)] });
    feed.hear({ kind: "typing", typing: { userId: "mira", username: "mira", typing: true } });
    while (loop.turn());
    expect([tomas?.seqs, tomas?.end]).toEqual([[1, 2], "left"]);
    expect([typing.batches.length, typing.end]).toEqual([1, "left"]);
  });
});

describe("who comes back", () => {
  test("within a second from the same place is served by one reading and one encoding, until something happens", async () => {
    let [readings, encodings] = [0, 0];
    const log = Array.from({ length: 400 }, (_, index) => deleted(index + 1));
    const feed = openFeed({ head: 400, readLog: async (after, limit) => (readings++, log.slice(after, after + limit)) });
    const dialect = { encode: () => (encodings++, () => Buffer.alloc(0)) };
    await Promise.all(Array.from({ length: 50 }, () => feed.addFollower(new PlainListener("mira", dialect)).goLive(350, 400)));
    await new Promise((resolve) => setImmediate(resolve));
    const comeBack = () => feed.addFollower(new PlainListener("mira", dialect)).goLive(350, 400);
    await comeBack();
    expect([readings, encodings]).toEqual([1, 1]);
    feed.hear({ kind: "events", firstSeq: 401, events: [deleted(401)] });
    await comeBack();
    expect(readings).toBe(2);
  });
});

describe("a long backlog", () => {
  const log = Array.from({ length: 350 }, (_, index) => deleted(index + 1));
  const readLog: RoomFeedParts["readLog"] = async (after, limit) => log.slice(after, after + limit);

  /** Takes what it missed when a test says so. */
  class SlowTaker extends PlainListener {
    take: () => void = () => {};

    backlogTaken(): Promise<void> {
      return new Promise((resolve) => (this.take = resolve));
    }
  }

  test("[A20] is written part by part, and the event loop turns in between when that takes long", async () => {
    const { feed, loop } = turned({ head: 350, readLog });
    const mira = new PlainListener("mira");
    mira.onWrite = () => loop.spend(9);
    const going = feed.addFollower(mira).goLive(0, 350);
    const seen: number[] = [];
    do {
      await breathe();
      seen.push(mira.seqs.length);
    } while (loop.turn());
    await going;
    // In the last turn it goes live.
    expect(seen).toEqual([100, 200, 300, 350, 350]);
  });

  test("[L3] is made as it is taken; what happens meanwhile comes after it", async () => {
    const readings: number[] = [];
    const feed = openFeed({ head: 350, readLog: (after, limit) => (readings.push(after), readLog(after, limit)) });
    const mira = new SlowTaker("mira");
    const going = feed.addFollower(mira).goLive(0, 350);
    await mira.until(() => mira.seqs.length === 100);
    feed.hear({ kind: "events", firstSeq: 351, events: [deleted(351)] });
    for (const seen of [200, 300, 350]) {
      await breathe();
      expect(readings).toHaveLength(Math.ceil(seen / 100) - 1);
      mira.take();
      await mira.until(() => mira.seqs.length >= seen);
    }
    await going;
    expect(mira.seqs).toEqual([...log, deleted(351)].map(({ seq }) => seq));
    expect(readings).toEqual([0, 100, 200, 300]);
  });

  test("[L3] that isn't taken while as much again happens ends it: it comes back for that", async () => {
    const { feed, loop } = turned({ head: 350, readLog });
    const mira = new SlowTaker("mira");
    void feed.addFollower(mira).goLive(0, 350);
    await mira.until(() => mira.seqs.length === 100);
    const more = Array.from({ length: 1_001 }, (_, index) => deleted(351 + index));
    const ends = [more.slice(0, 1_000), more.slice(1_000)].map((events) => {
      feed.hear({ kind: "events", firstSeq: events[0]?.seq ?? 0, events });
      loop.pass(100);
      return mira.end;
    });
    expect(ends).toEqual([null, "slow"]);
  });
});

describe("what fades by itself", () => {
  const presence = (userId: string, status: "online" | "away") => ({ userId, status, lastSeen: null, currentRoomId: null });

  test("[A27] a typist of whom nothing more is heard fades after 6 s, since their node may be gone; who ceased isn't told twice", () => {
    const clock = new MovableClock();
    const feed = openFeed({ clock });
    const mira = new PlainListener("mira");
    feed.addFading("typing", mira).goLive(new Encoded({ kind: "typing", items: [] }), 0);
    const tomas = { userId: "tomas", username: "tomas", typing: true };
    feed.hear({ kind: "typing", typing: tomas });
    clock.move(3_000);
    feed.hear({ kind: "typing", typing: tomas });
    clock.set(-60_000);
    clock.move(5_999);
    expect(feed.typists).toEqual([tomas]);
    clock.move(1);
    feed.hear({ kind: "typing", typing: { ...tomas, typing: false } });
    clock.move(60_000);
    expect(feed.typists).toEqual([]);
    expect(mira.batches.flatMap((batch) => (batch.kind === "typing" ? batch.items.map(({ typing }) => typing) : []))).toEqual([true, true, false]);
  });

  test("of what waits for someone who isn't live yet, the newest 256 stay; who is put out meanwhile hears none of what came after", () => {
    const { feed, loop } = turned();
    const type = (number: number) => feed.hear({ kind: "typing", typing: { userId: `one of ${number}`, username: "one", typing: true } });
    const [mira, tomas] = ["mira", "tomas"].map((name) => {
      const listener = new PlainListener(name);
      return { listener, follower: feed.addFading("everything", listener) };
    });
    for (let number = 0; number < 10; number++) type(number);
    feed.hear({ kind: "events", firstSeq: 1, events: [left(1, "tomas")] });
    for (let number = 10; number < 260; number++) type(number);
    while (loop.turn());
    for (const each of [mira, tomas]) each?.follower.goLive(null, 0);
    const heardBy = (listener: PlainListener | undefined) => listener?.batches.flatMap((batch) => (batch.kind === "fading" ? batch.items.map((note) => (note.kind === "typing" ? note.typing.userId : note.kind)) : []));
    expect(heardBy(mira?.listener)).toEqual(Array.from({ length: 256 }, (_, index) => `one of ${index + 4}`));
    expect([heardBy(tomas?.listener), tomas?.listener.end]).toEqual([["one of 4", "one of 5", "one of 6", "one of 7", "one of 8", "one of 9"], "left"]);
    feed.close();
  });

  test("presence and read positions are told at once, then once a second, of each person the newest", () => {
    const clock = new MovableClock();
    const feed = openFeed({ clock });
    const mira = new PlainListener("mira");
    feed.addFading("presence", mira).goLive(new Encoded({ kind: "presence", items: [] }), 0);
    for (const news of [presence("tomas", "online"), presence("wen", "online"), presence("tomas", "away")]) feed.hear({ kind: "presence", presence: news });
    clock.set(-60_000);
    clock.move(999);
    expect(mira.batches.slice(1)).toEqual([{ kind: "presence", items: [presence("tomas", "online")] }]);
    clock.move(1);
    expect(mira.batches.slice(2)).toEqual([{ kind: "presence", items: [presence("wen", "online"), presence("tomas", "away")] }]);
  });

  test("the words of an answer are told as they come, to a crowd ten times a second, and none is left out", () => {
    const clock = new MovableClock();
    const feed = openFeed({ clock });
    const follow = (name: string) => {
      const listener = new PlainListener(name);
      feed.addFading("runs", listener).goLive(new Encoded({ kind: "runs", items: [] }), 0);
      return listener;
    };
    const heardBy = ({ batches }: PlainListener) => batches.slice(1).map((batch) => (batch.kind === "runs" ? batch.items.map(({ text }) => text) : []));
    const say = (text: string) => feed.hear({ kind: "delta", delta: { runId: "run", messageId: "m1", offset: 0, text } });
    const mira = follow("mira");
    for (const word of ["One", "two"]) say(word);
    expect(heardBy(mira)).toEqual([["One"], ["two"]]);
    for (let number = 0; number < 50; number++) follow(`one of ${number}`);
    for (const word of ["three", "four"]) say(word);
    clock.move(99);
    say("five");
    expect(heardBy(mira).slice(2)).toEqual([["three"]]);
    clock.move(1);
    expect(heardBy(mira).slice(3)).toEqual([["four", "five"]]);
  });
});

function openFeed({ head = 0, ...parts }: Partial<RoomFeedParts> & { head?: number } = {}): RoomFeed {
  const defaults = { readLog: async () => [], courier: new Courier(silentLog), clock: new MovableClock(), log: silentLog };
  return new RoomFeed({ roomId: ROOM, head, memberCount: 2 }, { ...defaults, ...parts });
}

function turned(parts: Parameters<typeof openFeed>[0] = {}) {
  const loop = new HandTurnedLoop();
  return { loop, feed: openFeed({ courier: new Courier(silentLog, loop), ...parts }) };
}

/** Lets what was promised come true. */
const breathe = () => new Promise<void>((resolve) => void setImmediate(resolve));

async function arrive(feed: RoomFeed, after: number | null, head: number, name = "mira") {
  const listener = new PlainListener(name);
  const follower = feed.addFollower(listener);
  listener.stop = follower.leave;
  await follower.goLive(after, head);
  return { listener, from: after ?? head };
}

async function crowd(feed: RoomFeed, size: number): Promise<PlainListener[]> {
  const arrivals = await Promise.all(Array.from({ length: size }, (_, index) => arrive(feed, 0, 0, `one of ${index}`)));
  return arrivals.map(({ listener }) => listener);
}

const lastSeqOf = ({ items }: { items: object[] }) => Math.max(0, ...items.map((event) => ("seq" in event && typeof event.seq === "number" ? event.seq : 0)));
