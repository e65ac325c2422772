import type { RoomEvent } from "@tertulia/model/events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Batch, Sink, SinkEnd } from "./feed.ts";
import { RoomFeed } from "./room-feed.ts";

const ROOM = "0198a000-0000-7000-8000-000000000001";
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

describe("a room's feed", () => {
  test("[M4] whatever the bus drops, doubles or misorders, each follower hears every event after its cursor once, in order", async () => {
    const doorbell = fc.record({ first: fc.integer({ min: 1, max: 40 }), length: fc.integer({ min: 1, max: 5 }) });
    const arrival = fc.record({ at: fc.integer({ min: 0, max: 30 }), after: fc.option(fc.integer({ min: 0, max: 40 })) });
    await fc.assert(
      fc.asyncProperty(fc.array(doorbell, { maxLength: 40 }), fc.array(arrival, { minLength: 1, maxLength: 6 }), async (doorbells, arrivals) => {
        const log = logOf(40);
        let written = 0;
        const feed = new RoomFeed(ROOM, 0, async (after, limit) => log.slice(after, Math.min(written, after + limit)), quiet);
        const followers: { listener: Listener; from: number }[] = [];
        for (const [step, { first, length }] of doorbells.entries()) {
          for (const { after } of arrivals.filter(({ at }) => at === step)) followers.push(await arrive(feed, after === null ? null : Math.min(after, written), written));
          // A doorbell rings only for what is committed.
          written = Math.max(written, Math.min(40, first + length - 1));
          feed.hear({ kind: "events", firstSeq: first, events: log.slice(first - 1, Math.min(40, first + length - 1)) });
        }
        feed.learnHead(written);
        await settled();
        for (const { listener, from } of followers) expect(listener.seqs).toEqual(seqsBetween(from, written));
      }),
      { numRuns: 200 },
    );
  });

  test("a follower without a cursor first gets an empty batch whose id is the head", async () => {
    const feed = new RoomFeed(ROOM, 7, async () => [], quiet);
    const { listener } = await arrive(feed, null, 7);
    expect(listener.batches).toEqual([{ kind: "messages", id: 7, items: [] }]);
  });

  test("a cursor above the log, or too far behind it, is answered with a reset alone", async () => {
    const feed = new RoomFeed(ROOM, 5_000, async () => [], quiet);
    const ahead = await arrive(feed, 5_001, 5_000);
    const behind = await arrive(feed, 10, 5_000);
    expect(ahead.listener.batches).toEqual([{ kind: "messages", id: 5_000, items: [{ type: "reset", roomId: ROOM, reason: "AHEAD_OF_LOG", headSeq: 5_000 }] }]);
    expect(behind.listener.batches).toEqual([{ kind: "messages", id: 5_000, items: [{ type: "reset", roomId: ROOM, reason: "TOO_FAR_BEHIND", headSeq: 5_000 }] }]);
  });

  test("a backlog that is no longer kept whole is answered with a reset, never with a silent gap", async () => {
    const log = logOf(20);
    const feed = new RoomFeed(ROOM, 20, async (after) => log.slice(Math.max(after, 10)), quiet);
    const { listener } = await arrive(feed, 3, 20);
    expect(listener.batches.at(0)).toMatchObject({ items: [{ type: "reset" }] });
  });

  test("who leaves hears of it last, and nothing of what comes after in the same batch", async () => {
    const feed = new RoomFeed(ROOM, 0, async () => [], quiet);
    const mira = await arrive(feed, 0, 0, "mira");
    const tomas = await arrive(feed, 0, 0, "tomas");
    feed.hear({ kind: "events", firstSeq: 1, events: [posted(1), left(2, "tomas"), posted(3)] });
    expect(tomas.listener.seqs).toEqual([1, 2]);
    expect(tomas.listener.end).toBe("left");
    expect(mira.listener.seqs).toEqual([1, 2, 3]);
    expect(mira.listener.end).toBeNull();
  });

  test("a backlog ends where membership was read: what came after waits for the feed, which knows who has left", async () => {
    const log = [posted(1), posted(2), left(3, "tomas"), posted(4)];
    const feed = new RoomFeed(ROOM, 2, async (after, limit) => log.slice(after, after + limit), quiet);
    const { listener } = await arrive(feed, 0, 2, "tomas");
    expect(listener.seqs).toEqual([1, 2]);
    feed.hear({ kind: "events", firstSeq: 3, events: log.slice(2) });
    expect(listener.seqs).toEqual([1, 2, 3]);
    expect(listener.end).toBe("left");
  });

  test("[L3] a follower who doesn't read is let go, and the others hear on", async () => {
    const feed = new RoomFeed(ROOM, 0, async () => [], quiet);
    const mira = await arrive(feed, 0, 0, "mira");
    const tomas = await arrive(feed, 0, 0, "tomas");
    tomas.listener.unsent = 2 * 1024 * 1024;
    feed.hear({ kind: "events", firstSeq: 1, events: [posted(1)] });
    expect(tomas.listener.end).toBe("slow");
    expect(mira.listener.seqs).toEqual([1]);
  });

  test("[T1] typing is never told back to the typist", () => {
    const feed = new RoomFeed(ROOM, 0, async () => [], quiet);
    const mira = new Listener("mira");
    const tomas = new Listener("tomas");
    for (const sink of [mira, tomas]) feed.addFading("typing", sink).goLive({ kind: "typing", items: [] });
    feed.hear({ kind: "typing", typing: { userId: "tomas", username: "tomas", typing: true } });
    expect(mira.batches).toHaveLength(2);
    expect(tomas.batches).toHaveLength(1);
    expect(feed.typists).toEqual([{ userId: "tomas", username: "tomas", typing: true }]);
  });

  test("what is told while the state is read comes after it, so that the newest has the last word", () => {
    const feed = new RoomFeed(ROOM, 0, async () => [], quiet);
    const mira = new Listener("mira");
    const follower = feed.addFading("presence", mira);
    const presence = { userId: "tomas", lastSeen: null, currentRoomId: null };
    feed.hear({ kind: "presence", presence: { ...presence, status: "online" } });
    follower.goLive({ kind: "presence", items: [{ ...presence, status: "offline" }] });
    expect(mira.batches.flatMap((batch) => (batch.kind === "presence" ? batch.items.map(({ status }) => status) : []))).toEqual(["offline", "online"]);
  });

  test("who has not yet been found to be a member hears nothing, and is let go like anyone", () => {
    const feed = new RoomFeed(ROOM, 0, async () => [], quiet);
    const wen = new Listener("wen");
    feed.addFading("typing", wen);
    feed.hear({ kind: "typing", typing: { userId: "tomas", username: "tomas", typing: true } });
    feed.hear({ kind: "events", firstSeq: 1, events: [left(1, "wen")] });
    expect(wen.batches).toEqual([]);
    expect(wen.end).toBe("left");
  });

  test("a batch is encoded once, however many follow", async () => {
    let encodings = 0;
    const dialect = { encode: () => (encodings++, () => Buffer.alloc(0)) };
    const feed = new RoomFeed(ROOM, 0, async () => [], quiet);
    for (const name of ["mira", "tomas", "wen"]) await feed.addFollower(new Listener(name, dialect)).goLive(0, 0);
    feed.hear({ kind: "events", firstSeq: 1, events: [posted(1)] });
    expect(encodings).toBe(1);
  });
});

/** A sink that keeps what it was written. */
class Listener implements Sink {
  readonly actor;
  readonly connectionId;
  readonly dialect;
  readonly key = "1";
  readonly batches: Batch[] = [];
  end: SinkEnd | null = null;
  unsent = 0;

  constructor(name: string, dialect?: Sink["dialect"]) {
    this.actor = {
      user: { id: name, username: name, displayName: name, avatarUrl: null, kind: "human" as const },
      role: "USER" as const,
      sessionId: name,
      sessionExpiresAt: Number.MAX_SAFE_INTEGER,
    };
    this.connectionId = `connection of ${name}`;
    this.dialect = dialect ?? { encode: (batch: Batch) => () => Buffer.from(JSON.stringify(batch)) };
  }

  get seqs(): number[] {
    return this.batches.flatMap((batch) => (batch.kind === "messages" ? batch.items.map((event) => ("seq" in event ? event.seq : -1)) : []));
  }

  write(frame: Buffer): void {
    if (frame.length > 0) this.batches.push(JSON.parse(frame.toString()));
  }

  buffered(): number {
    return this.unsent;
  }

  ended(end: SinkEnd): void {
    this.end = end;
  }
}

async function arrive(feed: RoomFeed, after: number | null, head: number, name = "mira") {
  const listener = new Listener(name);
  await feed.addFollower(listener).goLive(after, head);
  return { listener, from: after ?? head };
}

const logOf = (length: number): RoomEvent[] => Array.from({ length }, (_, index) => posted(index + 1));
const seqsBetween = (after: number, head: number) => Array.from({ length: Math.max(0, head - after) }, (_, index) => after + index + 1);
const settled = () => new Promise((resolve) => setImmediate(resolve));

function posted(seq: number): RoomEvent {
  return { roomId: ROOM, seq, at: "2026-11-20T10:00:00.000Z", actorId: "mira", type: "message.deleted", messageId: `m${seq}` };
}

function left(seq: number, name: string): RoomEvent {
  const user = { id: name, username: name, displayName: name, avatarUrl: null, kind: "human" as const };
  return { roomId: ROOM, seq, at: "2026-11-20T10:00:00.000Z", actorId: name, type: "member.left", user, memberCount: 1 };
}
