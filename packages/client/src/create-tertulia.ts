import type { Id } from "@tertulia/model/ids";
import type { Account } from "@tertulia/model/users";
import type { Presence, SetPresence } from "@tertulia/model/presence";
import { type Api, createApi } from "./api.ts";
import { createConnection } from "./connection/connection.ts";
import { createPatience } from "./connection/patience.ts";
import { createLiveInbox } from "./inbox/live-inbox.ts";
import { createOutbox } from "./outbox/outbox.ts";
import { createLivePresence } from "./presence/live-presence.ts";
import { type RunningRoom, createLiveRoom } from "./room/live-room.ts";
import type { AccountState, Connection, Inbox, LiveRoom, LiveThread, NewMessage, Outbox, Store } from "./state.ts";
import type { Keep } from "./storage/keep.ts";
import { inTime } from "./storage/in-time.ts";
import type { TertuliaStorage } from "./storage/storage.ts";
import { createBell, createStore } from "./store.ts";
import type { RunningThread } from "./thread/live-thread.ts";

export type { Api } from "./api.ts";
export type { Drawer, TertuliaStorage } from "./storage/storage.ts";
export { refusalOf } from "./refusal-of.ts";
export type * from "./state.ts";

export interface TertuliaOptions {
  /** Where the server is, as `https://chat.example.org`. */
  url: string;
  /** An API token. Without one, the browser's session cookie speaks. */
  token?: string;
  /**
   * Where unsent messages, and what was last seen of rooms, outlive this program. By itself a browser with a session cookie keeps them
   * in its IndexedDB, everyone else in memory alone. One client at a time may use a storage of one's own.
   */
  storage?: TertuliaStorage;
}

/** A live connection to one Tertulia as one person, and what they see of it as stores. */
export interface Tertulia extends AsyncDisposable {
  /** Every procedure of the server, typed. */
  readonly trpc: Api;
  readonly connection: Connection;
  readonly account: Store<AccountState>;
  /** My rooms; opened by its first subscriber. */
  readonly inbox: Inbox;
  /** Presence of the people my direct messages are with, by user id; opened by its first subscriber. */
  readonly presence: Store<Readonly<Record<Id, Presence>>>;
  readonly outbox: Outbox;
  /** The same object for the same id, always. Opened by its first subscriber. */
  room(roomId: Id): LiveRoom;
  /** A thread of that room, by its first message: the same promise, and object, for the same id, always. Opened by its first subscriber. Rejects while its code can't be loaded. */
  thread(roomId: Id, rootId: Id): Promise<LiveThread>;
  /** Puts a message into the room's queue. Answers its clientId, the key of its row. */
  post(roomId: Id, message: NewMessage): string;
  /** Tells who may know whether I'm here, and in which room; told again after every reconnect. */
  setPresence(presence: SetPresence): void;
  /** Forgets what is kept on this device, unsent messages too: for signing out. Nothing is kept from then on. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/** Rooms whose content is kept after they were closed, so that going back shows them at once. */
const CLOSED_ROOMS_KEPT = 8;
/** A storage that takes longer to open is done without, until it's there. */
const STORAGE_OPENS_WITHIN_MS = 3_000;

/** Opens a connection and keeps it. */
export function createTertulia({ url, token, storage }: TertuliaOptions): Tertulia {
  const bell = createBell();
  const patience = createPatience();
  const rooms = new Map<Id, RunningRoom>();
  const threads = new Map<Id, Promise<RunningThread>>();
  const loadedThreads = new Map<Id, RunningThread>();
  const resting = new Set<RunningRoom>();
  const account = createStore<AccountState>(bell, null);
  let presenceTold: SetPresence | null = null;
  let keep: Keep | null = null;
  /** The server has said that we are whose outbox this is. */
  let isKnown = false;
  let wasOnline = false;
  let closed = false;
  const http = new URL("/api/trpc", url);

  const connection = createConnection({
    bell,
    url: http.href.replace(/^http/, "ws"),
    token,
    online() {
      patience.wake();
      if (wasOnline && isKnown && token === undefined) return void recognise();
      wasOnline = true;
      goOn();
    },
    refused: () => void api.account.me.query().catch(() => {}),
  });
  const api = createApi({
    url: http.href,
    token,
    socket: connection.client,
    isClosed: () => connection.get().status === "closed",
    unauthenticated: connection.signOut,
    accountChanged: () => void api.account.me.query().then(account.set, () => {}),
  });

  const outbox = createOutbox({
    bell,
    send: ({ roomId, clientId, content, type, replyToId, threadRootId, metadata }) =>
      api.messages.post.mutate({
        roomId, clientId, content, type,
        ...(replyToId === null ? {} : { replyToId }),
        ...(threadRootId === null ? {} : { threadRootId }),
        ...(metadata === null ? {} : { metadata }),
      }),
    isOnline: () => connection.isOnline() && isKnown,
    stored(message) {
      rooms.get(message.roomId)?.stored(message);
      if (message.threadRootId !== null) loadedThreads.get(message.threadRootId)?.stored(message);
    },
    changed(roomId) {
      rooms.get(roomId)?.sendingChanged();
      for (const thread of loadedThreads.values()) if (thread.roomId === roomId) thread.sendingChanged();
    },
  });

  const askWhoIAm = () => patience.insist(() => api.account.me.query(), true);
  const me = askWhoIAm();
  const opening = openKeep().catch(() => null);
  const keeping = waitForKeep();
  me.then(getKnown, giveUp);
  connection.subscribe(() => {
    if (connection.get().status === "signedOut") sessionOver();
  });

  const inbox = createLiveInbox({
    bell, api, patience,
    me: async () => (await me).id,
    found: () => keeping.then(() => keep?.entries ?? null),
    joined: reopen,
    threadRead: (position) => loadedThreads.get(position.rootId)?.read(position),
    left: (roomId) => keep?.forgetRoom(roomId),
    changed: () => keep?.inboxChanged(inbox.get()),
  });
  const presence = createLivePresence({ bell, api, patience, inbox });

  /** What outlives a reload is loaded when it's wanted: a program that keeps nothing does without the code for it. */
  async function openKeep(): Promise<Keep | null> {
    const isBrowser = token === undefined && "indexedDB" in globalThis;
    if (!storage && !isBrowser) return null;
    const module = await import("./storage/keep.ts");
    return module.openKeep(storage);
  }

  async function waitForKeep(): Promise<void> {
    const opened = await inTime<Keep | null>(STORAGE_OPENS_WITHIN_MS, opening, null);
    await settle(opened);
    // Late, it's taken as soon as it's known for whom.
    if (!opened) me.then(() => opening).then((late) => (late && !closed ? settle(late) : undefined), () => {});
  }

  async function settle(opened: Keep | null): Promise<void> {
    keep = opened;
    const known = account.get();
    if (known) claim(known);
    else account.set(opened?.account ?? null);
    await outbox.keepOn(opened?.shelf ?? null);
  }

  /** What the disk makes of it is not waited for: it may never answer. */
  function claim(known: Account): void {
    keep?.belongsTo(known).catch(() => {});
  }

  function getKnown(known: Account): void {
    const before = account.get();
    account.set(known);
    claim(known);
    if (before && before.id !== known.id) {
      outbox.forget();
      inbox.startAnew();
      for (const room of rooms.values()) room.startAnew();
    }
    isKnown = true;
    outbox.goOn();
  }

  /** While the line was away the cookie may have become someone else's. A token stays whose it is. */
  async function recognise(): Promise<void> {
    isKnown = false;
    const now = await askWhoIAm().catch(() => null);
    if (now?.id !== account.get()?.id) return connection.signOut();
    isKnown = true;
    goOn();
  }

  function goOn(): void {
    outbox.goOn();
    for (const live of [...rooms.values(), ...loadedThreads.values()]) live.goOn();
    if (presenceTold) tellPresence(presenceTold);
  }

  /** Nobody is signed in here, or not any more, so nobody's rooms are shown; or this client is closed. */
  async function giveUp(): Promise<void> {
    await keeping;
    if (closed) return;
    sessionOver();
    account.set(null);
    inbox.startAnew();
    for (const room of rooms.values()) room.startAnew();
  }

  /** A session that was ended, perhaps from afar, takes with it what was read in it; unsent words stay for whoever wrote them. */
  function sessionOver(): void {
    opening.then((kept) => kept?.forgetContent()).catch(() => {});
  }

  function room(roomId: Id): RunningRoom {
    const known = rooms.get(roomId);
    if (known) return known;
    const made = createLiveRoom({
      roomId, bell, api, patience, outbox, rested,
      isOnline: connection.isOnline,
      found: () => keeping.then(() => keep?.findRoom(roomId) ?? null),
      changed: (changed) => keep?.roomChanged(changed),
      news: inbox.news,
      read: inbox.read,
      position: inbox.position,
    });
    rooms.set(roomId, made);
    return made;
  }

  function thread(roomId: Id, rootId: Id): Promise<RunningThread> {
    const known = threads.get(rootId);
    if (known) return known;
    const made = makeThread(roomId, rootId);
    threads.set(rootId, made);
    // Its code may not come without a connection: whoever asks again has it loaded again.
    made.catch(() => threads.delete(rootId));
    return made;
  }

  /** The code for threads is loaded with the first of them. */
  async function makeThread(roomId: Id, rootId: Id): Promise<RunningThread> {
    const { createLiveThread } = await import("./thread/live-thread.ts");
    const made = createLiveThread({
      rootId, bell, api, patience, outbox,
      room: room(roomId),
      isOnline: connection.isOnline,
      me: () => account.get()?.id ?? null,
      position: inbox.position,
    });
    loadedThreads.set(rootId, made);
    return made;
  }

  function rested(room: RunningRoom): void {
    resting.delete(room);
    resting.add(room);
    const [oldest] = resting;
    if (!oldest || resting.size <= CLOSED_ROOMS_KEPT) return;
    resting.delete(oldest);
    oldest.forget();
  }

  function reopen(roomId: Id): void {
    const room = rooms.get(roomId);
    const status = room?.get().status;
    if (status === "gone" || status === "failed") room?.reopen();
  }

  function tellPresence(told: SetPresence): void {
    api.presence.set.mutate(told).catch(() => {});
  }

  async function close(): Promise<void> {
    closed = true;
    patience.end();
    outbox.close();
    inbox.close();
    presence.close();
    for (const live of [...rooms.values(), ...loadedThreads.values()]) live.close();
    await connection.close();
    await keeping;
    const closing = opening.then((kept) => kept?.close());
    // However late it opens, it's not left open.
    if (keep) await closing;
  }

  return {
    trpc: api,
    connection, account, inbox, outbox, presence, room, thread,
    post: outbox.post,
    setPresence(told) {
      presenceTold = told;
      if (connection.isOnline()) tellPresence(told);
    },
    async forget() {
      outbox.forget();
      // It may still be opening.
      await inTime(STORAGE_OPENS_WITHIN_MS, opening.then((kept) => kept?.forget()), undefined);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
