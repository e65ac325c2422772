import type { Message } from "@tertulia/model/messages";
import type { RefusalCode, RefusalDetails } from "@tertulia/model/refusals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { idOf, message, roomId, tomas, wen } from "../../test/a-room.ts";
import { StorageInMemory } from "../../test/storage-in-memory.ts";
import type { OutboxItem } from "../state.ts";
import { createBell } from "../store.ts";
import { type OutboxShelf, createShelf } from "./outbox-shelf.ts";
import { createOutbox } from "./outbox.ts";

const otherRoom = idOf(2);

/** The server's side of posting: what it has stored, and how it answers each attempt until told otherwise. */
class Server {
  online = true;
  stored: OutboxItem[] = [];
  attempts: string[] = [];
  shown: Message[] = [];
  answers: (() => void)[] = [];
  open: (() => void)[] = [];
  /** Attempts wait to be let through. */
  slow = false;

  constructor(shelf: OutboxShelf | null = null) {
    void this.outbox.keepOn(shelf);
  }

  readonly outbox = createOutbox({
    bell: createBell(),
    send: (item) => this.#take(item),
    isOnline: () => this.online,
    stored: (stored) => this.shown.push(stored),
    changed: () => {},
  });

  /** The next attempts meet these. */
  meets(...answers: (() => void)[]): void {
    this.answers.push(...answers);
  }

  get texts(): string[] {
    return this.stored.map(({ content }) => content);
  }

  get statuses(): string[] {
    return this.outbox.get().items.map(({ content, status }) => `${content}: ${status}`);
  }

  async #take(item: OutboxItem): Promise<Message> {
    this.attempts.push(item.content);
    if (this.slow) await new Promise<void>((resolve) => this.open.push(resolve));
    const answer = this.answers.shift();
    // An answer can get lost after the message was stored.
    if (answer !== lostAnswer) answer?.();
    if (!this.stored.some(({ clientId }) => clientId === item.clientId)) this.stored.push(item);
    if (answer === lostAnswer) answer();
    return message(this.stored.length, tomas, item.content, { clientId: item.clientId });
  }
}

const refuses = (code: RefusalCode, details: RefusalDetails = {}) => () => {
  throw Object.assign(new Error(code), { data: { refusal: { code, message: code, details, requestId: "r" } } });
};
const breaks = () => {
  throw new Error("WebSocket closed");
};
const lostAnswer = () => {
  throw new Error("WebSocket closed");
};

const shelfOn = (storage: StorageInMemory) => createShelf(storage, null, () => storage.empty("rooms"), () => null);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Lets whatever is ready happen. */
const settle = () => vi.advanceTimersByTimeAsync(0);

describe("the outbox", () => {
  it("sends a room's messages in the order they were written, one at a time", async () => {
    const server = new Server();
    server.slow = true;
    for (const content of ["one", "two", "three"]) server.outbox.post(roomId, { content });
    await settle();
    expect(server.attempts).toEqual(["one"]);
    expect(server.statuses).toEqual(["one: sending", "two: waiting", "three: waiting"]);
    for (let sent = 0; sent < 3; sent++) {
      server.open.shift()?.();
      await settle();
    }
    expect(server.texts).toEqual(["one", "two", "three"]);
    expect(server.outbox.get().items).toEqual([]);
  });

  it("lets no room wait for another", async () => {
    const server = new Server();
    server.slow = true;
    server.outbox.post(roomId, { content: "here" });
    server.outbox.post(otherRoom, { content: "there" });
    await settle();
    expect(server.attempts).toEqual(["here", "there"]);
  });

  it("keeps everything while the connection is away, and sends it in order when it's back", async () => {
    const server = new Server();
    server.online = false;
    server.outbox.post(roomId, { content: "one" });
    server.outbox.post(roomId, { content: "two" });
    await settle();
    expect(server.attempts).toEqual([]);
    server.online = true;
    server.outbox.goOn();
    await settle();
    expect(server.texts).toEqual(["one", "two"]);
  });

  it("sends again under the same clientId when the answer was lost, so it's stored once", async () => {
    const server = new Server();
    server.meets(lostAnswer);
    server.outbox.post(roomId, { content: "once" });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(server.attempts).toEqual(["once", "once"]);
    expect(server.texts).toEqual(["once"]);
    expect(server.outbox.get().items).toEqual([]);
  });

  it("[L1] keeps the text when it was too fast, says until when, and goes on by itself in order", async () => {
    const server = new Server();
    server.meets(refuses("RATE_LIMITED", { limit: 30, retryAfterMs: 12_000, resetAt: "2026-01-01T00:00:12.000Z" }));
    server.outbox.post(roomId, { content: "one" });
    server.outbox.post(roomId, { content: "two" });
    await settle();
    expect(server.outbox.get().items).toMatchObject([
      { content: "one", status: "waiting", refusal: { code: "RATE_LIMITED" }, retryAt: Date.now() + 12_000 },
      { content: "two", status: "waiting", refusal: null },
    ]);
    server.outbox.goOn();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(server.attempts).toEqual(["one"]);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(server.texts).toEqual(["one", "two"]);
  });

  it("forgets no wait over another one in the same room", async () => {
    const server = new Server();
    server.meets(refuses("CONFLICT"), refuses("RATE_LIMITED", { limit: 30, retryAfterMs: 12_000 }), refuses("UNAVAILABLE"));
    const first = server.outbox.post(roomId, { content: "first" });
    server.outbox.post(roomId, { content: "second" });
    await settle();
    server.outbox.retry(first);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.texts).toEqual(["first", "second"]);
  });

  it("goes on after a wait though the clock is too coarse to say that it's over", async () => {
    const precise = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => Math.floor(precise() / 100) * 100);
    const server = new Server();
    server.meets(refuses("RATE_LIMITED", { limit: 30, retryAfterMs: 1_050 }));
    server.outbox.post(roomId, { content: "one" });
    await vi.advanceTimersByTimeAsync(1_500);
    expect(server.texts).toEqual(["one"]);
  });

  it("waits for a server that is unavailable or full as long as it takes", async () => {
    const server = new Server();
    server.meets(...Array.from({ length: 9 }, (_, at) => refuses(at % 2 ? "STORAGE_FULL" : "UNAVAILABLE")));
    server.outbox.post(roomId, { content: "patient" });
    await vi.advanceTimersByTimeAsync(300_000);
    expect(server.attempts).toHaveLength(10);
    expect(server.texts).toEqual(["patient"]);
  });

  it("tries five times at an internal error, then shows it as failed and lets the next one pass", async () => {
    const server = new Server();
    server.meets(...Array.from({ length: 5 }, () => refuses("INTERNAL")));
    server.outbox.post(roomId, { content: "unlucky" });
    server.outbox.post(roomId, { content: "next" });
    await vi.advanceTimersByTimeAsync(300_000);
    expect(server.attempts).toEqual(["unlucky", "unlucky", "unlucky", "unlucky", "unlucky", "next"]);
    expect(server.outbox.get().items).toMatchObject([{ content: "unlucky", status: "failed", refusal: { code: "INTERNAL" } }]);
  });

  it("shows any other refusal as failed at once; retry sends it again, discard forgets it", async () => {
    const server = new Server();
    server.meets(refuses("PERMISSION_DENIED"), refuses("MESSAGE_NOT_FOUND"));
    const first = server.outbox.post(roomId, { content: "first" });
    const second = server.outbox.post(roomId, { content: "second" });
    await settle();
    expect(server.statuses).toEqual(["first: failed", "second: failed"]);
    server.outbox.retry(first);
    await settle();
    expect(server.texts).toEqual(["first"]);
    server.outbox.discard(second);
    expect(server.outbox.get().items).toEqual([]);
  });

  it("sends again what had failed when nothing of its room is in the air", async () => {
    const server = new Server();
    server.meets(refuses("PERMISSION_DENIED"));
    const first = server.outbox.post(roomId, { content: "first" });
    await settle();
    server.slow = true;
    server.outbox.post(roomId, { content: "second" });
    server.outbox.retry(first);
    await settle();
    expect(server.attempts).toEqual(["first", "second"]);
    server.open.shift()?.();
    await settle();
    expect(server.attempts).toEqual(["first", "second", "first"]);
  });

  it("waits without a retry when the session is over", async () => {
    const server = new Server();
    server.meets(() => {
      server.online = false;
      refuses("UNAUTHENTICATED")();
    });
    server.outbox.post(roomId, { content: "kept" });
    await vi.advanceTimersByTimeAsync(300_000);
    expect(server.attempts).toHaveLength(1);
    expect(server.outbox.get().items).toMatchObject([{ content: "kept", status: "waiting", refusal: { code: "UNAUTHENTICATED" }, retryAt: null }]);
  });

  it("takes a message seen in its room for an answer", async () => {
    const server = new Server();
    server.meets(() => {
      server.online = false;
      breaks();
    });
    const clientId = server.outbox.post(roomId, { content: "seen" });
    await settle();
    server.outbox.arrived([clientId]);
    expect(server.outbox.get().items).toEqual([]);
    expect(server.outbox.sentHere(clientId)).toBe(true);
  });

  it("keeps unsent messages over a reload, in order, before what is written after it", async () => {
    const disk = new StorageInMemory();
    const before = new Server(shelfOn(disk));
    before.online = false;
    before.outbox.post(roomId, { content: "one", replyToId: idOf(5), metadata: { mood: "fine" } });
    before.outbox.post(roomId, { content: "two" });
    await settle();
    expect(before.outbox.get().outlivesReload).toBe(true);

    const after = new Server(shelfOn(disk));
    after.outbox.post(roomId, { content: "three" });
    after.slow = true;
    await settle();
    expect(after.outbox.get().items).toMatchObject([{ content: "one", replyToId: idOf(5), metadata: { mood: "fine" } }, { content: "two" }, { content: "three" }]);
    after.slow = false;
    after.open.shift()?.();
    await settle();
    expect(after.texts).toEqual(["one", "two", "three"]);
    expect(disk.count("unsent")).toBe(0);
  });

  it("[A40] keeps their order though the clock was set back a day in between", async () => {
    const disk = new StorageInMemory();
    const before = new Server(shelfOn(disk));
    before.online = false;
    before.outbox.post(roomId, { content: "one" });
    await settle();
    vi.setSystemTime(Date.now() - 86_400_000);
    const after = new Server(shelfOn(disk));
    after.online = false;
    after.outbox.post(roomId, { content: "two" });
    await settle();
    vi.setSystemTime(Date.now() - 86_400_000);
    after.outbox.post(roomId, { content: "three" });
    await settle();
    const last = new Server(shelfOn(disk));
    await settle();
    expect(last.texts).toEqual(["one", "two", "three"]);
  });

  it("[A40] goes on when it may, though the clock was set back a day while it waited", async () => {
    const server = new Server();
    server.meets(refuses("RATE_LIMITED", { limit: 30, retryAfterMs: 12_000, resetAt: "2026-01-01T00:00:12.000Z" }));
    server.outbox.post(roomId, { content: "one" });
    await settle();
    vi.setSystemTime(Date.now() - 86_400_000);
    await vi.advanceTimersByTimeAsync(12_100);
    expect(server.texts).toEqual(["one"]);
  });

  it("sends nothing that isn't kept yet, so that a crash in between forgets nothing", async () => {
    const disk = new StorageInMemory();
    const server = new Server(shelfOn(disk));
    await settle();
    const letThrough = disk.hold();
    server.outbox.post(roomId, { content: "one" });
    server.outbox.goOn();
    await settle();
    expect(server.attempts).toEqual([]);
    letThrough();
    await settle();
    expect(server.texts).toEqual(["one"]);
  });

  it("does without a storage that refuses or never answers, and says so", async () => {
    const disk = new StorageInMemory();
    disk.isFull = true;
    const full = new Server(shelfOn(disk));
    full.outbox.post(roomId, { content: "one" });
    await settle();
    expect(full.texts).toEqual(["one"]);
    expect(full.outbox.get().outlivesReload).toBe(false);

    const dead = new StorageInMemory();
    dead.hold();
    const stuck = new Server(shelfOn(dead));
    stuck.outbox.post(roomId, { content: "one" });
    await vi.advanceTimersByTimeAsync(2_100);
    expect(stuck.texts).toEqual(["one"]);
    expect(stuck.outbox.get().outlivesReload).toBe(false);

    const none = new Server();
    expect(none.outbox.get().outlivesReload).toBe(false);
  });

  it("sends what an earlier page left, however long the storage takes to tell of it", async () => {
    const disk = new StorageInMemory();
    const before = new Server(shelfOn(disk));
    before.online = false;
    before.outbox.post(roomId, { content: "old" });
    await settle();
    const letThrough = disk.hold();
    const after = new Server(shelfOn(disk));
    after.slow = true;
    after.outbox.post(roomId, { content: "new" });
    after.outbox.post(roomId, { content: "newer" });
    await vi.advanceTimersByTimeAsync(2_100);
    expect(after.attempts).toEqual(["new"]);
    letThrough();
    await settle();
    after.slow = false;
    after.open.shift()?.();
    await settle();
    expect(after.texts).toEqual(["new", "old", "newer"]);
    expect(disk.count("unsent")).toBe(0);
  });

  it("finds nothing of someone else's on the shelf, not even what was asked for before it was known who comes", async () => {
    const disk = new StorageInMemory();
    let owner = tomas.id;
    const shelf = () => createShelf(disk, null, async () => {}, () => owner);
    const before = new Server(shelf());
    before.online = false;
    before.outbox.post(roomId, { content: "mine" });
    await settle();
    const letThrough = disk.hold();
    const after = new Server(shelf());
    await settle();
    owner = wen.id;
    letThrough();
    await settle();
    expect(after.attempts).toEqual([]);
    expect(after.outbox.get().items).toEqual([]);
    owner = tomas.id;
    const again = new Server(shelf());
    await settle();
    expect(again.texts).toEqual(["mine"]);
  });

  it("makes room for unsent messages by giving up what can be had again", async () => {
    const disk = new StorageInMemory();
    await disk.put("rooms", roomId, "a room");
    const server = new Server(shelfOn(disk));
    server.online = false;
    disk.isFull = true;
    server.outbox.post(roomId, { content: "one" });
    await settle();
    expect(disk.count("unsent")).toBe(1);
    expect(server.outbox.get().outlivesReload).toBe(true);
  });

  it("doesn't bring back what was taken back while room was made for it", async () => {
    const disk = new StorageInMemory();
    const room = Promise.withResolvers<void>();
    disk.isFull = true;
    const server = new Server(createShelf(disk, null, () => room.promise, () => null));
    server.online = false;
    const clientId = server.outbox.post(roomId, { content: "one" });
    await settle();
    server.outbox.discard(clientId);
    disk.isFull = false;
    room.resolve();
    await settle();
    expect(disk.count("unsent")).toBe(0);
  });

  it("keeps what has failed as failed over a reload, and isn't led astray by what it can't read", async () => {
    const disk = new StorageInMemory();
    await disk.put("unsent", "x", "not an item");
    await disk.put("unsent", "y", { clientId: 5 });
    const before = new Server(shelfOn(disk));
    before.meets(refuses("CONFLICT"));
    const clientId = before.outbox.post(roomId, { content: "one" });
    await settle();
    const after = new Server(shelfOn(disk));
    await settle();
    expect(after.outbox.get().items).toMatchObject([{ clientId, status: "failed", refusal: { code: "CONFLICT" } }]);
    after.outbox.retry(clientId);
    await settle();
    expect(after.texts).toEqual(["one"]);
  });

  it("has messages shown before they leave the queue", async () => {
    const server = new Server();
    const clientId = server.outbox.post(roomId, { content: "no flash" });
    const seen: number[] = [];
    server.outbox.subscribe(() => seen.push(server.shown.length));
    await settle();
    expect(server.shown).toMatchObject([{ clientId }]);
    expect(seen.every((shown) => shown === 1)).toBe(true);
  });
});
