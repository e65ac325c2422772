import type { Id, Seq } from "@tertulia/model/ids";
import type { InboxUpdate } from "@tertulia/model/inbox";
import type { MyPosition, ThreadPosition } from "@tertulia/model/reads";
import type { InboxEntry, LastMessage } from "@tertulia/model/rooms";
import type { Api } from "../api.ts";
import { keepFollowing } from "../connection/keep-following.ts";
import type { Patience } from "../connection/patience.ts";
import type { Inbox } from "../state.ts";
import { type Bell, createStore } from "../store.ts";
import { type CountedInbox, type RoomNews, activityOf, unloaded, withEntries, withPosition, withRead, withRoomNews, withUpdates } from "./inbox-state.ts";

export interface InboxParts {
  bell: Bell;
  api: Api;
  patience: Patience;
  /** My user id, once it's known. */
  me(): Promise<Id>;
  /** What an earlier page kept of it; null if nothing. */
  found(): Promise<readonly InboxEntry[] | null>;
  /** I have become a member of this room, or am one again. */
  joined(roomId: Id): void;
  left(roomId: Id): void;
  /** I have read a thread, on some device. */
  threadRead(position: ThreadPosition): void;
  /** It's worth keeping anew. */
  changed(): void;
}

export interface RunningInbox extends Inbox {
  news(news: RoomNews): void;
  read(roomId: Id, seq: Seq): void;
  position(position: MyPosition): void;
  /** Drops what was found, as someone else's. */
  startAnew(): void;
  close(): void;
}

/** Opened by its first subscriber and then kept: it's what the next page needs at once. */
export function createLiveInbox({ bell, api, patience, me, found, joined, left, threadRead, changed }: InboxParts): RunningInbox {
  const store = createStore<CountedInbox>(bell, unloaded, { watched: () => void open() });
  /** Rooms that tell of themselves but aren't in my list even after a look, and what was last said in them then; for archived ones whatever is. */
  const passedOver = new Map<Id, Seq>();
  let stop: (() => void) | null = null;
  let opening = false;
  let closed = false;
  let nextCursor: string | null = null;
  let loadingMore: Promise<void> | null = null;
  let myId: Id | null = null;

  /** What is shown is what an earlier page kept. */
  let isFound = false;

  function update(change: (state: CountedInbox) => CountedInbox): void {
    const before = store.get();
    store.set(change(before));
    if (store.get() !== before) changed();
  }

  async function open(): Promise<void> {
    if (opening) return;
    opening = true;
    void found().then(show);
    const id = await me().catch(() => null);
    if (id === null || closed) return;
    myId = id;
    stop = keepFollowing<InboxUpdate[]>({ subscribe: (observer) => api.inbox.follow.subscribe(undefined, observer), heard: (updates) => hear(updates, id), interrupted }, patience);
  }

  /** All that was heard so far is in what the server reads from now on. */
  function interrupted(): void {
    passedOver.clear();
    store.set({ ...store.get(), heard: {} });
  }

  function show(entries: readonly InboxEntry[] | null): void {
    if (entries === null || store.get().status === "ready") return;
    isFound = true;
    store.set({ ...store.get(), status: "ready", entries });
  }

  function hear(updates: readonly InboxUpdate[], id: Id): void {
    for (const change of updates) {
      if (change.type === "snapshot") {
        nextCursor = change.nextCursor;
        isFound = false;
      }
      if (change.type === "room.activity") lookFor(change.roomId, change.last, id);
      if (change.type === "room.left") passedOver.delete(change.roomId);
    }
    update((state) => withUpdates(state, updates, id));
    for (const change of updates) {
      if (change.type === "room.joined") joined(change.entry.room.id);
      if (change.type === "room.left") left(change.roomId);
      if (change.type === "room.position" && change.thread) threadRead(change.thread);
    }
  }

  /** A room from beyond what is loaded has come to life, so it stands on the first page now; unless only something old in it has changed. */
  function lookFor(roomId: Id, last: LastMessage | null, id: Id): void {
    const seq = last?.seq ?? 0;
    if (seq <= (passedOver.get(roomId) ?? -1) || store.get().entries.some(({ room }) => room.id === roomId)) return;
    passedOver.set(roomId, seq);
    api.inbox.get.query().then(
      ({ items, nextCursor: more }) => {
        // The connection broke since, or I left.
        if (passedOver.get(roomId) !== seq) return;
        const found = items.filter(({ room }) => room.id === roomId);
        const oldest = items.at(-1);
        const isBeyond = more !== null && oldest !== undefined && (last?.at ?? "") < activityOf(oldest);
        if (found.length > 0) passedOver.delete(roomId);
        else if (!isBeyond) passedOver.set(roomId, Number.POSITIVE_INFINITY);
        update((state) => withEntries(state, found, id));
      },
      () => passedOver.delete(roomId),
    );
  }

  async function loadNextPage(): Promise<void> {
    const [cursor, id] = [nextCursor, myId];
    if (cursor === null || id === null) return;
    const page = await api.rooms.list.query({ cursor });
    // A snapshot came meanwhile, after a reconnect.
    if (nextCursor !== cursor) return;
    nextCursor = page.nextCursor;
    const held = new Set(store.get().entries.map(({ room }) => room.id));
    update((state) => ({ ...withEntries(state, page.items.filter(({ room }) => !held.has(room.id)), id), hasMore: page.nextCursor !== null }));
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    loadMore() {
      loadingMore ??= loadNextPage().finally(() => {
        loadingMore = null;
      });
      return loadingMore;
    },
    news(news) {
      const id = myId;
      if (id !== null) update((state) => withRoomNews(state, news, id));
    },
    read: (roomId, seq) => update((state) => withRead(state, roomId, seq)),
    position(position) {
      const id = myId;
      if (id !== null) update((state) => withPosition(state, position, id));
    },
    startAnew() {
      if (isFound) store.set(unloaded);
    },
    close() {
      closed = true;
      stop?.();
    },
  };
}
