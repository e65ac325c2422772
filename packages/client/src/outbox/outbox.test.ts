import type { Message } from "@tertulia/model/messages";
import type { RefusalCode, RefusalDetails } from "@tertulia/model/refusals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { idOf, message, roomId, tomas } from "../../test/a-room.ts";
import type { OutboxItem } from "../state.ts";
import { createBell } from "../store.ts";
import { type OutboxStorage, createShelf } from "./outbox-storage.ts";
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

class Disk implements OutboxStorage {
  readonly #items = new Map<string, string>();
  get length() {
    return this.#items.size;
  }
  key = (at: number) => [...this.#items.keys()][at] ?? null;
  getItem = (key: string) => this.#items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.#items.set(key, value);
  removeItem = (key: string) => void this.#items.delete(key);
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
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

  it("keeps unsent messages over a reload, in order, each person their own", async () => {
    const disk = new Disk();
    const before = new Server();
    before.online = false;
    before.outbox.keepOn(createShelf(disk, tomas.id));
    before.meets(refuses("CONFLICT"));
    before.outbox.post(roomId, { content: "one", replyToId: idOf(5), metadata: { mood: "fine" } });
    before.outbox.post(roomId, { content: "two" });

    const stranger = new Server();
    stranger.outbox.keepOn(createShelf(disk, idOf(99)));
    expect(stranger.outbox.get().items).toEqual([]);

    const after = new Server();
    after.slow = true;
    after.outbox.post(roomId, { content: "three" });
    after.outbox.keepOn(createShelf(disk, tomas.id));
    expect(after.outbox.get().items).toMatchObject([{ content: "one", replyToId: idOf(5), metadata: { mood: "fine" } }, { content: "two" }, { content: "three" }]);
    after.slow = false;
    after.open.shift()?.();
    await settle();
    expect(after.texts.sort()).toEqual(["one", "three", "two"]);
    expect(disk.length).toBe(0);
  });

  it("leaves nothing behind when it's cleared, and is not led astray by what it can't read", () => {
    const disk = new Disk();
    disk.setItem(`tertulia.outbox.${tomas.id}.x`, "{not json");
    disk.setItem(`tertulia.outbox.${tomas.id}.y`, JSON.stringify({ clientId: 5 }));
    const server = new Server();
    server.online = false;
    server.outbox.keepOn(createShelf(disk, tomas.id));
    expect(server.outbox.get().items).toEqual([]);
    server.outbox.post(roomId, { content: "secret" });
    server.outbox.clear();
    expect(disk.length).toBe(2);
    expect(server.outbox.get().items).toEqual([]);
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
