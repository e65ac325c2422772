import type { Id } from "@tertulia/model/ids";
import type { Presence, SetPresence } from "@tertulia/model/presence";
import { type Api, createApi } from "./api.ts";
import { createConnection } from "./connection/connection.ts";
import { createPatience } from "./connection/patience.ts";
import { createLiveInbox } from "./inbox/live-inbox.ts";
import { type OutboxStorage, createShelf } from "./outbox/outbox-storage.ts";
import { createOutbox } from "./outbox/outbox.ts";
import { createLivePresence } from "./presence/live-presence.ts";
import { type RunningRoom, createLiveRoom } from "./room/live-room.ts";
import type { AccountState, Connection, Draft, Inbox, LiveRoom, Outbox, Store } from "./state.ts";
import { createBell, createStore } from "./store.ts";

export type { Api } from "./api.ts";
export type { OutboxStorage } from "./outbox/outbox-storage.ts";
export { refusalOf } from "./refusal-of.ts";
export type * from "./state.ts";

export interface TertuliaOptions {
  /** Where the server is, as `https://chat.example.org`. */
  url: string;
  /** An API token. Without one, the browser's session cookie speaks. */
  token?: string;
  /** Where unsent messages outlive a reload: `window.localStorage` in a browser. In memory if absent. */
  storage?: OutboxStorage;
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
  /** Puts a message into the room's queue. Answers its clientId, the key of its row. */
  post(roomId: Id, draft: Draft): string;
  /** Tells who may know whether I'm here, and in which room; told again after every reconnect. */
  setPresence(presence: SetPresence): void;
  close(): Promise<void>;
}

/** Rooms whose content is kept after they were closed, so that going back shows them at once. */
const CLOSED_ROOMS_KEPT = 8;

/** Opens a connection and keeps it. */
export function createTertulia({ url, token, storage }: TertuliaOptions): Tertulia {
  const bell = createBell();
  const patience = createPatience();
  const rooms = new Map<Id, RunningRoom>();
  const resting = new Set<RunningRoom>();
  const account = createStore<AccountState>(bell, null);
  let presenceTold: SetPresence | null = null;
  const http = new URL("/api/trpc", url);

  const connection = createConnection({
    bell,
    url: http.href.replace(/^http/, "ws"),
    token,
    online() {
      patience.wake();
      outbox.goOn();
      for (const room of rooms.values()) room.goOn();
      if (presenceTold) tellPresence(presenceTold);
    },
    refused: () => void api.account.me.query().catch(() => {}),
  });
  const api = createApi({
    url: http.href,
    token,
    socket: connection.client,
    unauthenticated: connection.signOut,
    accountChanged: () => void api.account.me.query().then(account.set, () => {}),
  });

  const outbox = createOutbox({
    bell,
    send: ({ roomId, clientId, content, type, replyToId, metadata }) =>
      api.messages.post.mutate({ roomId, clientId, content, type, ...(replyToId === null ? {} : { replyToId }), ...(metadata === null ? {} : { metadata }) }),
    isOnline: connection.isOnline,
    stored: (message) => rooms.get(message.roomId)?.stored(message),
    changed: (roomId) => rooms.get(roomId)?.sendingChanged(),
  });

  const me = patience.insist(() => api.account.me.query());
  me.then(
    (known) => {
      account.set(known);
      if (storage) outbox.keepOn(createShelf(storage, known.id));
    },
    // Signed out, as the connection says, or closed.
    () => {},
  );

  const inbox = createLiveInbox({ bell, api, patience, me: async () => (await me).id, joined: reopen });
  const presence = createLivePresence({ bell, api, patience, inbox });

  function room(roomId: Id): RunningRoom {
    const known = rooms.get(roomId);
    if (known) return known;
    const made = createLiveRoom({
      roomId, bell, api, patience, outbox, rested,
      isOnline: connection.isOnline,
      news: inbox.news,
      read: inbox.read,
      position: inbox.position,
    });
    rooms.set(roomId, made);
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
    patience.end();
    outbox.close();
    inbox.close();
    presence.close();
    for (const room of rooms.values()) room.close();
    await connection.close();
  }

  return {
    trpc: api,
    connection, account, inbox, outbox, presence, room,
    post: outbox.post,
    setPresence(told) {
      presenceTold = told;
      if (connection.isOnline()) tellPresence(told);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
