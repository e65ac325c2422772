import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Message } from "@tertulia/model/messages";
import type { RefusalShape } from "@tertulia/model/refusals";
import { backoff } from "../connection/backoff.ts";
import { refusalOf } from "../refusal-of.ts";
import type { NewMessage, Outbox, OutboxItem, OutboxState } from "../state.ts";
import { type Bell, createStore } from "../store.ts";
import type { OutboxShelf } from "./outbox-shelf.ts";

const TRIES_AT_INTERNAL = 5;
/** How many clientIds of the past are remembered: more than the timelines of open rooms show. */
const REMEMBERED = 5_000;

export interface OutboxParts {
  bell: Bell;
  /** Sends an item; rejects with a refusal inside, or without one where no answer came. */
  send(item: OutboxItem): Promise<Message>;
  /** Whether the server is there, and knows us as whom this outbox belongs to. */
  isOnline(): boolean;
  /** An item has been stored as this message. Called before the item leaves the queue, so that nothing flashes. */
  stored(message: Message): void;
  /** A room's items have changed. */
  changed(roomId: Id): void;
}

export interface RunningOutbox extends Outbox {
  post(roomId: Id, message: NewMessage): string;
  of(roomId: Id): readonly OutboxItem[];
  /** Whether a message by me with this clientId was sent from here. */
  sentHere(clientId: string): boolean;
  /** These have been seen in their room: they are stored, whatever became of the answer. */
  arrived(clientIds: readonly string[]): void;
  /** The connection is back. */
  goOn(): void;
  /** From now on unsent messages are kept there, and what it holds is sent too; null if there is nowhere to keep them. Until it's called nothing is sent. */
  keepOn(shelf: OutboxShelf | null): Promise<void>;
  /** Forgets every item, here only. */
  forget(): void;
  close(): void;
}

/**
 * Messages on their way. One queue per room, first in, first out, one message of it in the air at a time: so order holds whatever fails.
 * None is sent before it is kept, so that a crash in between forgets nothing. An answer may be lost after the message was stored;
 * sending it again under the same clientId is answered with the stored one. Several tabs share one queue, which one of them sends.
 */
export function createOutbox({ bell, send, isOnline, stored, changed }: OutboxParts): RunningOutbox {
  const store = createStore<OutboxState>(bell, { items: [], outlivesReload: false });
  const sent = new Set<string>();
  /** Have left the queue. What another tab tells of them is late. */
  const over = new Set<string>();
  const inTheAir = new Set<string>();
  /** Before the shelf was there. */
  const writtenEarly: OutboxItem[] = [];
  const beingKept = new Set<string>();
  const tries = new Map<string, number>();
  /** When an item may be tried again, by the clock that only goes forward: the other one may be set. */
  const due = new Map<string, number>();
  const timers = new Map<Id, ReturnType<typeof setTimeout>>();
  const none: readonly OutboxItem[] = [];
  const byRoom = new Map<Id, readonly OutboxItem[]>();
  let shelf: OutboxShelf | null = null;
  let opened = false;
  let closed = false;
  let lastOrder = 0;

  function post(roomId: Id, { content, type = "text", replyToId, threadRootId, metadata }: NewMessage): string {
    const item: OutboxItem = {
      clientId: newClientId(), roomId, content, type, replyToId: replyToId ?? null, threadRootId: threadRootId ?? null, metadata: metadata ?? null,
      createdAt: new Date().toISOString(), order: Math.max(Date.now(), lastOrder + 1), status: "waiting", refusal: null, retryAt: null,
    };
    put([item]);
    if (opened) void keep(item);
    else writtenEarly.push(item);
    return item.clientId;
  }

  /** Sends the item once it's kept. Where it can't be kept it's sent all the same. */
  async function keep(item: OutboxItem): Promise<void> {
    if (shelf) {
      beingKept.add(item.clientId);
      const kept = await shelf.put(item);
      beingKept.delete(item.clientId);
      tellKept(kept);
    }
    pump(item.roomId);
  }

  function tellKept(outlivesReload: boolean): void {
    if (store.get().outlivesReload !== outlivesReload) store.set({ ...store.get(), outlivesReload });
  }

  /** Sends the room's next message, if its turn has come. */
  function pump(roomId: Id): void {
    const head = of(roomId).find(({ status }) => status !== "failed");
    if (!head || !opened || closed || !isOnline()) return;
    // A failed one that is tried again may stand before the one in the air.
    if (of(roomId).some(({ clientId }) => inTheAir.has(clientId)) || beingKept.has(head.clientId)) return;
    const rest = (due.get(head.clientId) ?? 0) - performance.now();
    if (rest > 0) return pumpIn(rest, roomId);
    if (shelf && !shelf.mayBeSent(head)) return;
    if (isTooLarge(head)) {
      fail(head, tooLarge);
      return pump(roomId);
    }
    void deliver(show(head, { status: "sending", retryAt: null }));
  }

  function pumpIn(ms: number, roomId: Id): void {
    clearTimeout(timers.get(roomId));
    timers.set(roomId, setTimeout(() => pump(roomId), ms + 1));
  }

  async function deliver(item: OutboxItem): Promise<void> {
    inTheAir.add(item.clientId);
    try {
      const message = await send(item);
      inTheAir.delete(item.clientId);
      if (closed) return;
      stored(message);
      arrived([item.clientId], message);
    } catch (error) {
      inTheAir.delete(item.clientId);
      if (!closed) heed(item.clientId, refusalOf(error));
    } finally {
      pump(item.roomId);
    }
  }

  /** What a refusal means for the item: it waits and goes on by itself, or it has failed and lets the next one pass. */
  function heed(clientId: string, refusal: RefusalShape | null): void {
    const item = find(clientId);
    if (!item) return;
    const tried = (tries.get(clientId) ?? 0) + 1;
    tries.set(clientId, tried);
    switch (refusal?.code) {
      case "RATE_LIMITED":
        return wait(item, refusal, msUntilReset(refusal));
      case undefined:
        // A lost connection is waited for; an answer lost otherwise is asked for again.
        return isOnline() ? wait(item, null, backoff(tried)) : hold(item, null);
      case "UNAVAILABLE":
      case "STORAGE_FULL":
        return wait(item, refusal, backoff(tried));
      case "UNAUTHENTICATED":
        // Kept for when they have signed in again.
        return hold(item, refusal);
      case "INTERNAL":
        return tried < TRIES_AT_INTERNAL ? wait(item, refusal, backoff(tried)) : fail(item, refusal);
      default:
        return fail(item, refusal);
    }
  }

  function wait(item: OutboxItem, refusal: RefusalShape | null, ms: number): void {
    due.set(item.clientId, performance.now() + ms);
    show(item, { status: "waiting", refusal, retryAt: Date.now() + ms });
  }

  /** Until the connection is back. */
  function hold(item: OutboxItem, refusal: RefusalShape | null): void {
    due.delete(item.clientId);
    show(item, { status: "waiting", refusal, retryAt: null });
  }

  function fail(item: OutboxItem, refusal: RefusalShape | null): void {
    tries.delete(item.clientId);
    due.delete(item.clientId);
    const failed = change(item, { status: "failed", refusal, retryAt: null });
    void shelf?.put(failed).then(tellKept);
  }

  function arrived(clientIds: readonly string[], message?: Message): void {
    const gone = drop(clientIds);
    if (gone.length === 0) return;
    shelf?.remove(gone.map(({ clientId }) => clientId), message);
    for (const { roomId } of gone) pump(roomId);
  }

  function drop(clientIds: readonly string[]): readonly OutboxItem[] {
    for (const clientId of clientIds) {
      remember(over, clientId);
      tries.delete(clientId);
      due.delete(clientId);
    }
    const gone = store.get().items.filter(({ clientId }) => clientIds.includes(clientId));
    if (gone.length > 0) set(store.get().items.filter((item) => !gone.includes(item)), gone);
    return gone;
  }

  /** Puts items in their places, new or instead of what was there. */
  function put(items: readonly OutboxItem[]): void {
    const added = new Set(items.map(({ clientId }) => clientId));
    for (const { clientId, order } of items) {
      remember(sent, clientId);
      lastOrder = Math.max(lastOrder, order);
    }
    const others = store.get().items.filter(({ clientId }) => !added.has(clientId));
    if (items.length > 0) set([...others, ...items].sort(inOrder), items);
  }

  function show(item: OutboxItem, news: Partial<OutboxItem>): OutboxItem {
    const changed = change(item, news);
    shelf?.show(changed);
    return changed;
  }

  function change(item: OutboxItem, news: Partial<OutboxItem>): OutboxItem {
    const changed = { ...item, ...news };
    set(store.get().items.map((held) => (held.clientId === item.clientId ? changed : held)), [item]);
    return changed;
  }

  function set(items: readonly OutboxItem[], touched: readonly OutboxItem[]): void {
    store.set({ ...store.get(), items });
    for (const roomId of new Set(touched.map((item) => item.roomId))) {
      const ofRoom = items.filter((item) => item.roomId === roomId);
      if (ofRoom.length > 0) byRoom.set(roomId, ofRoom);
      else byRoom.delete(roomId);
      changed(roomId);
    }
  }

  const of = (roomId: Id) => byRoom.get(roomId) ?? none;
  const find = (clientId: string) => store.get().items.find((held) => held.clientId === clientId);
  const pumpAll = () => {
    for (const roomId of byRoom.keys()) pump(roomId);
  };

  /** Takes what an earlier page, or another tab, has left on the shelf. */
  function take(items: readonly OutboxItem[]): void {
    put(items.filter(({ clientId }) => !over.has(clientId) && !find(clientId)));
    pumpAll();
  }

  function goneElsewhere(clientIds: readonly string[], message?: Message): void {
    if (message && clientIds.some(find)) stored(message);
    drop(clientIds);
    pumpAll();
  }

  /** What an earlier page left was written before this, whatever the clock said. */
  function putLast(item: OutboxItem): OutboxItem {
    const last = { ...item, order: Math.max(item.order, lastOrder + 1) };
    put([last]);
    return last;
  }

  /** Another tab shows how an item stands, or hands it over to be sent. */
  function heard(item: OutboxItem): void {
    if (over.has(item.clientId) || inTheAir.has(item.clientId)) return;
    put([item]);
    pumpAll();
  }

  /** Being back is news for what waited for an answer, not for what the server told to wait. */
  function goOn(): void {
    for (const item of store.get().items) {
      if (item.status === "waiting" && due.has(item.clientId) && item.refusal?.code !== "RATE_LIMITED") hold(item, null);
    }
    pumpAll();
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    post,
    of,
    sentHere: (clientId) => sent.has(clientId) || find(clientId) !== undefined,
    arrived,
    goOn,
    retry(clientId) {
      const item = find(clientId);
      if (item?.status === "failed") void keep(change(item, { status: "waiting", refusal: null, retryAt: null }));
    },
    discard: (clientId) => arrived([clientId]),
    forget: () => void drop(store.get().items.map(({ clientId }) => clientId)),
    async keepOn(newShelf) {
      shelf = newShelf;
      shelf?.listen({ heard, gone: goneElsewhere, found: take });
      if (shelf) take(await shelf.load());
      opened = true;
      tellKept(shelf !== null);
      for (const item of writtenEarly.splice(0)) if (find(item.clientId)) void keep(putLast(item));
      pumpAll();
    },
    close() {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

/** 128 random bits. `crypto.randomUUID` isn't there for pages on plain http. */
const newClientId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (bits) => bits.toString(36)).join("-");

/** Its frame is a little smaller than all that is known of it. A server ends the connection over a larger one. */
const isTooLarge = (item: OutboxItem) => new Blob([JSON.stringify(item)]).size > limits.frameBytes;
const tooLarge: RefusalShape = { code: "TOO_LARGE", message: "This is too large.", details: {}, requestId: "" };

/** Two tabs can write in the same millisecond; then both have to show the same order. */
const inOrder = (a: OutboxItem, b: OutboxItem) => a.order - b.order || (a.clientId < b.clientId ? -1 : 1);

function remember(past: Set<string>, clientId: string): void {
  past.add(clientId);
  if (past.size <= REMEMBERED) return;
  for (const oldest of past) return void past.delete(oldest);
}

function msUntilReset({ details }: RefusalShape): number {
  const { retryAfterMs } = details;
  return typeof retryAfterMs === "number" ? Math.max(0, retryAfterMs) : 1_000;
}
