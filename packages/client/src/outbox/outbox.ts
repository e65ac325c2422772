import type { Id } from "@tertulia/model/ids";
import type { Message } from "@tertulia/model/messages";
import type { RefusalShape } from "@tertulia/model/refusals";
import { v7 as uuid } from "uuid";
import { backoff } from "../connection/backoff.ts";
import { refusalOf } from "../refusal-of.ts";
import type { Draft, Outbox, OutboxItem, OutboxState } from "../state.ts";
import { type Bell, createStore } from "../store.ts";
import { type OutboxShelf, noShelf } from "./outbox-storage.ts";

const TRIES_AT_INTERNAL = 5;

export interface OutboxParts {
  bell: Bell;
  /** Sends an item; rejects with a refusal inside, or without one where no answer came. */
  send(item: OutboxItem): Promise<Message>;
  isOnline(): boolean;
  /** An item has been stored as this message. Called before the item leaves the queue, so that nothing flashes. */
  stored(message: Message): void;
  /** A room's items have changed. */
  changed(roomId: Id): void;
}

export interface RunningOutbox extends Outbox {
  post(roomId: Id, draft: Draft): string;
  of(roomId: Id): readonly OutboxItem[];
  /** Whether a message by me with this clientId was sent from here. */
  sentHere(clientId: string): boolean;
  /** These have been seen in their room: they are stored, whatever became of the answer. */
  arrived(clientIds: readonly string[]): void;
  /** The connection is back. */
  goOn(): void;
  /** From now on unsent messages are kept there; what it holds is sent too. */
  keepOn(shelf: OutboxShelf): void;
  close(): void;
}

/**
 * Messages on their way. One queue per room, first in, first out, one message of it in the air at a time: so order holds whatever fails.
 * An answer may be lost after the message was stored; sending it again under the same clientId is answered with the stored one.
 */
export function createOutbox({ bell, send, isOnline, stored, changed }: OutboxParts): RunningOutbox {
  const store = createStore<OutboxState>(bell, { items: [] });
  const sent = new Set<string>();
  const tries = new Map<string, number>();
  const timers = new Map<Id, ReturnType<typeof setTimeout>>();
  const none: readonly OutboxItem[] = [];
  const byRoom = new Map<Id, readonly OutboxItem[]>();
  let shelf = noShelf;
  let closed = false;

  function post(roomId: Id, { content, type = "text", replyToId, metadata }: Draft): string {
    const item: OutboxItem = {
      clientId: uuid(), roomId, content, type, replyToId: replyToId ?? null, metadata: metadata ?? null,
      createdAt: new Date().toISOString(), status: "waiting", refusal: null, retryAt: null,
    };
    add([item]);
    shelf.put(item);
    pump(roomId);
    return item.clientId;
  }

  /** Sends the room's next message, if its turn has come. */
  function pump(roomId: Id): void {
    const head = headOf(roomId);
    if (!head || closed || !isOnline()) return;
    // A failed one that is tried again may stand before the one in the air.
    if (of(roomId).some(({ status }) => status === "sending")) return;
    if (head.retryAt !== null && head.retryAt > Date.now()) return;
    change(head, { status: "sending", retryAt: null });
    void deliver(head);
  }

  async function deliver(item: OutboxItem): Promise<void> {
    try {
      const message = await send(item);
      if (closed) return;
      stored(message);
      arrived([item.clientId]);
    } catch (error) {
      if (!closed) heed(item.clientId, refusalOf(error));
    } finally {
      pump(item.roomId);
    }
  }

  /** What a refusal means for the item: it waits and goes on by itself, or it has failed and lets the next one pass. */
  function heed(clientId: string, refusal: RefusalShape | null): void {
    const item = store.get().items.find((held) => held.clientId === clientId);
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
    change(item, { status: "waiting", refusal, retryAt: Date.now() + ms });
    clearTimeout(timers.get(item.roomId));
    timers.set(item.roomId, setTimeout(() => pump(item.roomId), ms + 1));
  }

  /** Until the connection is back. */
  function hold(item: OutboxItem, refusal: RefusalShape | null): void {
    change(item, { status: "waiting", refusal, retryAt: null });
  }

  function fail(item: OutboxItem, refusal: RefusalShape | null): void {
    tries.delete(item.clientId);
    shelf.put(change(item, { status: "failed", refusal, retryAt: null }));
  }

  function arrived(clientIds: readonly string[]): void {
    const gone = store.get().items.filter(({ clientId }) => clientIds.includes(clientId));
    if (gone.length === 0) return;
    set(store.get().items.filter((item) => !gone.includes(item)), gone.map(({ roomId }) => roomId));
    for (const { clientId, roomId } of gone) {
      shelf.remove(clientId);
      tries.delete(clientId);
      pump(roomId);
    }
  }

  function add(items: readonly OutboxItem[]): void {
    for (const { clientId } of items) sent.add(clientId);
    set([...store.get().items, ...items], items.map(({ roomId }) => roomId));
  }

  function change(item: OutboxItem, news: Partial<OutboxItem>): OutboxItem {
    const changed = { ...item, ...news };
    set(store.get().items.map((held) => (held.clientId === item.clientId ? changed : held)), [item.roomId]);
    return changed;
  }

  function set(items: readonly OutboxItem[], roomIds: readonly Id[]): void {
    store.set({ items });
    for (const roomId of new Set(roomIds)) {
      const ofRoom = items.filter((item) => item.roomId === roomId);
      if (ofRoom.length > 0) byRoom.set(roomId, ofRoom);
      else byRoom.delete(roomId);
      changed(roomId);
    }
  }

  const of = (roomId: Id) => byRoom.get(roomId) ?? none;
  const headOf = (roomId: Id) => of(roomId).find(({ status }) => status !== "failed");
  const pumpAll = () => {
    for (const roomId of byRoom.keys()) pump(roomId);
  };

  /** Being back is news for what waited for an answer, not for what the server told to wait. */
  function goOn(): void {
    for (const roomId of byRoom.keys()) {
      const head = headOf(roomId);
      if (head?.status === "waiting" && head.retryAt !== null && head.refusal?.code !== "RATE_LIMITED") hold(head, null);
    }
    pumpAll();
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    post,
    of,
    sentHere: (clientId) => sent.has(clientId),
    arrived,
    goOn,
    retry(clientId) {
      const item = store.get().items.find((held) => held.clientId === clientId);
      if (item?.status !== "failed") return;
      shelf.put(change(item, { status: "waiting", refusal: null, retryAt: null }));
      pump(item.roomId);
    },
    discard: (clientId) => arrived([clientId]),
    clear: () => arrived(store.get().items.map(({ clientId }) => clientId)),
    keepOn(newShelf) {
      shelf = newShelf;
      const written = store.get().items;
      for (const item of written) shelf.put(item);
      const left = shelf.load().filter(({ clientId }) => !sent.has(clientId));
      for (const { clientId } of left) sent.add(clientId);
      // What an earlier page left was written earlier.
      if (left.length > 0) set([...left, ...written], left.map(({ roomId }) => roomId));
      pumpAll();
    },
    close() {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function msUntilReset({ details }: RefusalShape): number {
  const { retryAfterMs, resetAt } = details;
  if (typeof retryAfterMs === "number") return Math.max(0, retryAfterMs);
  return typeof resetAt === "string" ? Math.max(0, Date.parse(resetAt) - Date.now()) : 1_000;
}
