import { until } from "@tertulia/testing/until";
import { afterEach, describe, expect, it, vi } from "vitest";
import { idOf, message, roomId, tomas, wen } from "../../test/a-room.ts";
import { StorageInMemory } from "../../test/storage-in-memory.ts";
import type { OutboxItem, OutboxState } from "../state.ts";
import { createBell } from "../store.ts";
import { type OutboxShelf, createShelf } from "./outbox-shelf.ts";
import { type RunningOutbox, createOutbox } from "./outbox.ts";

/** What the server was sent, by which tab, in the order it came. */
class Server {
  attempts: string[] = [];
  stored: string[] = [];

  take(tab: string, item: OutboxItem) {
    this.attempts.push(`${tab}: ${item.content}`);
    if (!this.stored.includes(item.content)) this.stored.push(item.content);
    return message(this.stored.length, tomas, item.content, { clientId: item.clientId });
  }
}

let tabsName = 0;
let server: Server;
let disk: StorageInMemory;
const tabs: Tab[] = [];

class Tab {
  online = true;
  /** Sends, and never hears of it. */
  frozen = false;
  readonly shelf: OutboxShelf;
  readonly outbox: RunningOutbox;

  owner = tomas.id;
  /** As messages of the room. */
  shown: string[] = [];

  constructor(name: string) {
    this.shelf = createShelf(disk, `several tabs ${tabsName}`, async () => {}, () => this.owner);
    this.outbox = createOutbox({
      bell: createBell(),
      send: (item) => (this.frozen ? new Promise(() => {}) : Promise.resolve(server.take(name, item))),
      isOnline: () => this.online,
      stored: ({ content }) => this.shown.push(content),
      changed() {},
    });
    tabs.push(this);
  }

  static async open(name: string): Promise<Tab> {
    const tab = new Tab(name);
    await tab.outbox.keepOn(tab.shelf);
    return tab;
  }

  close() {
    this.outbox.close();
    this.shelf.close();
  }
}

async function openTwo(): Promise<[Tab, Tab]> {
  server = new Server();
  disk = new StorageInMemory();
  tabsName++;
  const first = await Tab.open("first");
  // It has the turn.
  first.outbox.post(roomId, { content: "zero" });
  await until(first.outbox, isEmpty);
  return [first, await Tab.open("second")];
}

const isEmpty = ({ items }: OutboxState) => items.length === 0;
const shows = (...contents: string[]) => ({ items }: OutboxState) => JSON.stringify(items.map(({ content }) => content)) === JSON.stringify(contents);

afterEach(() => {
  for (const tab of tabs.splice(0)) tab.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("an outbox in several tabs", () => {
  it("sends what is written in either once, in order, from one of them", async () => {
    const [first, second] = await openTwo();
    second.outbox.post(roomId, { content: "one" });
    await until(second.outbox, isEmpty);
    first.outbox.post(roomId, { content: "two" });
    await until(first.outbox, isEmpty);
    expect(server.attempts).toEqual(["first: zero", "first: one", "first: two"]);
    expect(disk.count("unsent")).toBe(0);
  });

  it("shows in each what is on its way in all, and keeps the order in which it was written", async () => {
    const [first, second] = await openTwo();
    first.online = false;
    second.online = false;
    first.outbox.post(roomId, { content: "one" });
    await until(second.outbox, shows("one"));
    second.outbox.post(roomId, { content: "two" });
    await until(first.outbox, shows("one", "two"));
    first.online = true;
    first.outbox.goOn();
    await Promise.all([until(first.outbox, isEmpty), until(second.outbox, isEmpty)]);
    expect(server.attempts).toEqual(["first: zero", "first: one", "first: two"]);
  });

  it("shows in each what has arrived before it leaves the queue, so that nothing flashes", async () => {
    const [first, second] = await openTwo();
    first.online = false;
    first.outbox.post(roomId, { content: "one" });
    await until(second.outbox, shows("one"));
    const shown = until(second.outbox, isEmpty).then(() => [...second.shown]);
    first.online = true;
    first.outbox.goOn();
    expect(await shown).toEqual(["one"]);
  });

  it("goes on in the next tab when the one that sends is closed", async () => {
    const [first, second] = await openTwo();
    first.online = false;
    first.outbox.post(roomId, { content: "one" });
    await until(second.outbox, shows("one"));
    second.outbox.post(roomId, { content: "two" });
    first.close();
    await until(second.outbox, isEmpty);
    expect(server.attempts).toEqual(["first: zero", "second: one", "second: two"]);
  });

  it("goes on in a tab that waits, when the one that sends has frozen in the middle of it", async () => {
    const [first, second] = await openTwo();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    first.frozen = true;
    first.outbox.post(roomId, { content: "one" });
    await until(second.outbox, shows("one"));
    second.outbox.post(roomId, { content: "two" });
    await vi.waitFor(() => expect(second.outbox.get().items).toMatchObject([{ content: "one", status: "sending" }, { content: "two" }]));
    await vi.advanceTimersByTimeAsync(3_100);
    await vi.waitFor(() => expect(server.attempts).toEqual(["first: zero", "second: one", "second: two"]));
  });

  it("goes on in a tab that waits, when the one that sends has frozen after a word about another room", async () => {
    const [first, second] = await openTwo();
    first.online = false;
    const clientId = first.outbox.post(roomId, { content: "one" });
    await until(second.outbox, shows("one"));
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    second.outbox.post(idOf(2), { content: "two" });
    await vi.waitFor(() => expect(first.outbox.get().items).toHaveLength(2));
    first.outbox.discard(clientId);
    await vi.waitFor(() => expect(second.outbox.get().items).toMatchObject([{ content: "two" }]));
    await vi.advanceTimersByTimeAsync(3_100);
    await vi.waitFor(() => expect(server.attempts).toEqual(["first: zero", "second: two"]));
  });

  it("forgets in all what is taken back in one", async () => {
    const [first, second] = await openTwo();
    first.online = false;
    second.online = false;
    const clientId = first.outbox.post(roomId, { content: "one" });
    await until(second.outbox, shows("one"));
    second.outbox.discard(clientId);
    await until(first.outbox, isEmpty);
    expect(disk.count("unsent")).toBe(0);
  });

  it("hears nothing of what someone else has written in another", async () => {
    const [first, second] = await openTwo();
    second.owner = wen.id;
    second.online = false;
    second.outbox.post(roomId, { content: "hers" });
    await vi.waitFor(() => expect(disk.count("unsent")).toBe(1));
    second.owner = tomas.id;
    second.outbox.post(roomId, { content: "his" });
    await until(first.outbox, ({ items }) => items.length > 0);
    await until(first.outbox, isEmpty);
    expect(server.attempts).toEqual(["first: zero", "first: his"]);
  });

  it("sends from each what was written there, where a page may have no locks", async () => {
    vi.stubGlobal("navigator", {});
    const [first, second] = await openTwo();
    second.online = false;
    second.outbox.post(roomId, { content: "one" });
    await until(first.outbox, shows("one"));
    second.online = true;
    second.outbox.goOn();
    await Promise.all([until(first.outbox, isEmpty), until(second.outbox, isEmpty)]);
    expect(server.attempts).toEqual(["first: zero", "second: one"]);
  });
});
