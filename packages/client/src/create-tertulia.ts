import type { Id } from "@tertulia/model/ids";
import type { Presence, SetPresence } from "@tertulia/model/presence";
import type { AppRouter } from "@tertulia/trpc/app-router";
import type { TRPCClient } from "@trpc/client";
import type { OutboxStorage } from "./outbox/outbox-storage.ts";
import type { AccountState, Connection, Draft, Inbox, LiveRoom, Outbox, Store } from "./state.ts";

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
  readonly trpc: TRPCClient<AppRouter>;
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

/** Opens a connection and keeps it. */
export declare function createTertulia(options: TertuliaOptions): Tertulia;
