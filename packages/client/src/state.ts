import type { Account } from "@tertulia/model/users";
import type { RoomEvent } from "@tertulia/model/events";
import type { Id, Instant, Seq } from "@tertulia/model/ids";
import type { Member } from "@tertulia/model/members";
import type { JsonValue, Message, PostableType } from "@tertulia/model/messages";
import type { Presence } from "@tertulia/model/presence";
import type { ReadPosition } from "@tertulia/model/reads";
import type { RefusalShape } from "@tertulia/model/refusals";
import type { InboxEntry, Room } from "@tertulia/model/rooms";
import type { Typing } from "@tertulia/model/typing";

/**
 * Something that changes, as React's `useSyncExternalStore(store.subscribe, store.get)` takes it. `get` answers the same object
 * until something in it changes, and what didn't change inside it keeps its identity. Both may be passed around unbound.
 */
export interface Store<T> {
  get(): T;
  subscribe(listener: () => void): () => void;
}

/**
 * `connecting`: for the first time. `reconnecting`: lost, or an attempt has failed. `offline`: the same, and this device says that it has
 * no network; it's tried all the same, since a server may be on this very machine. `signedOut`: the session has ended and nothing is
 * tried again. `closed`: by `close()`.
 */
export type ConnectionStatus = "connecting" | "online" | "reconnecting" | "offline" | "signedOut" | "closed";

export interface ConnectionState {
  status: ConnectionStatus;
  /** When this status began, in milliseconds since the epoch. */
  since: number;
  /** When the next attempt begins, in milliseconds since the epoch; null while one is under way or none is needed. */
  retryAt: number | null;
}

/** Who is speaking here; null until the server has said so. */
export type AccountState = Account | null;

export interface InboxState {
  status: "loading" | "ready";
  /** Newest activity first, archived rooms left out. */
  entries: readonly InboxEntry[];
  /** The server holds older entries than these: `loadMore()`. */
  hasMore: boolean;
}

/** What is said, before it has a place. */
export interface NewMessage {
  content: string;
  type?: PostableType;
  replyToId?: Id;
  /** The message in whose thread it's said. */
  threadRootId?: Id;
  metadata?: Record<string, JsonValue>;
}

/**
 * A message of mine on its way. `waiting`: for its turn, for the connection, or until `retryAt`; it goes on by itself.
 * `failed`: the server said no, see `refusal`; it waits for `retry` or `discard`.
 */
export interface OutboxItem {
  /** The row's key; the message keeps it once it has arrived. */
  clientId: string;
  roomId: Id;
  content: string;
  type: PostableType;
  replyToId: Id | null;
  threadRootId: Id | null;
  metadata: Record<string, JsonValue> | null;
  createdAt: Instant;
  /** Higher than that of whatever I wrote before it, in this page or another. */
  order: number;
  status: "waiting" | "sending" | "failed";
  /** Why it failed, or why it waits (RATE_LIMITED, UNAVAILABLE, STORAGE_FULL, UNAUTHENTICATED, INTERNAL). Null for a lost connection. */
  refusal: RefusalShape | null;
  /** When it's tried again, in milliseconds since the epoch. */
  retryAt: number | null;
}

export interface OutboxState {
  /** In the order they were written. */
  items: readonly OutboxItem[];
  /** Whether they survive a reload or a crash. False where there's no storage, or it is full or broken: then they live as long as this page. */
  outlivesReload: boolean;
}

/** A message as a row of the timeline. */
export interface TimelineMessage extends Message {
  /** The same for as long as the page lives: its clientId if it was sent from here (as its outbox item before it), else its id. */
  key: string;
}

/**
 * A room as it is now. `opening`: nothing to show yet. `ready`: being followed, or as it was when last seen and on its way (`catchingUp`). `gone`: I'm no
 * longer in it; what was there is kept. `failed`: it could not be opened or followed, see `refusal`; what was there is kept; `reopen()` tries again.
 */
export interface RoomState {
  status: "opening" | "ready" | "gone" | "failed";
  /** Why it failed, or null. A lost connection is no failure: it stays `opening`. */
  refusal: RefusalShape | null;
  /** Of a `gone` room: how it ended for me; null if that happened while the connection was away. */
  goneBecause: "left" | "removed" | "deleted" | null;
  /** Null until it has been opened once. */
  room: Room | null;
  me: Member | null;
  members: readonly Member[];
  /** More members than these: `loadMoreMembers()`. */
  hasMoreMembers: boolean;
  /** By seq. An answer being streamed has the words so far. A deleted message stays, with `deletedAt` and no content. */
  messages: readonly TimelineMessage[];
  hasBefore: boolean;
  loadingOlder: boolean;
  /** What I have written here and the server hasn't confirmed, in order; shown below the messages. */
  sending: readonly OutboxItem[];
  /** Who is typing, never me. */
  typists: readonly Typing[];
  /** By user id; empty in rooms too large for it. */
  presence: Readonly<Record<Id, Presence>>;
  /** How far everyone has read (in rooms where that is told). */
  reads: readonly ReadPosition[];
  headSeq: Seq;
  /** What happened while the connection, or this page, was away is still to come. */
  catchingUp: boolean;
}

/** A thread as it is now: replies to one message of a room, which don't stand in the room's own timeline. The statuses are those of a room. */
export interface ThreadState {
  status: RoomState["status"];
  refusal: RefusalShape | null;
  /** The message it began with; null until it's there. */
  root: TimelineMessage | null;
  /** By seq, as in a room. */
  messages: readonly TimelineMessage[];
  hasBefore: boolean;
  loadingOlder: boolean;
  /** What I have written here and the server hasn't confirmed, in order. */
  sending: readonly OutboxItem[];
  /** How far I have read it, and how many replies of others are left as the server counted them last. Of a thread I'm not in, nothing is unread. */
  lastReadSeq: Seq;
  unread: number;
}

/** A thread on screen: followed, with its room, while anyone is subscribed. A reply is written by `post(roomId, { threadRootId, content })`. */
export interface LiveThread extends Store<ThreadState> {
  readonly roomId: Id;
  readonly rootId: Id;
  /** Prepends the 50 replies before the oldest. Once at a time: a second call gets the first one's promise. */
  loadOlder(): Promise<void>;
  /** I have read it up to `seq`. Never goes back; told to the server at most once a second. */
  markRead(seq: Seq): void;
}

/** What happened in a room, in order, each event once; or that there is a gap: whatever was made of events has to be fetched anew. */
export type RoomHappening = { events: readonly RoomEvent[] } | { gap: true };

/** A room on screen: followed while anyone is subscribed, and for a moment after. */
export interface LiveRoom extends Store<RoomState> {
  readonly roomId: Id;
  /** Prepends the 50 messages before the oldest. Once at a time: a second call gets the first one's promise. */
  loadOlder(): Promise<void>;
  /** Appends the next members. */
  loadMoreMembers(): Promise<void>;
  /** I have read up to `seq`. Never goes back; told to the server at most once a second. */
  markRead(seq: Seq): void;
  /** Call on every keystroke: it repeats itself to the server at most every 3 s. */
  typing(): void;
  stopTyping(): void;
  /** Hears every event while the room is followed, as what isn't in its state needs it: its pins, a thread, a bot. The answer stops it. */
  listen(listener: (happening: RoomHappening) => void): () => void;
  /** Tries again after `failed`, or looks whether a `gone` room is back. */
  reopen(): void;
}

export interface Connection extends Store<ConnectionState> {
  /** Doesn't wait for the next attempt: begins it. */
  retryNow(): void;
}

export interface Inbox extends Store<InboxState> {
  /** Appends the next older entries. Once at a time: a second call gets the first one's promise. */
  loadMore(): Promise<void>;
}

export interface Outbox extends Store<OutboxState> {
  /** Sends a failed item again, under the same clientId. */
  retry(clientId: string): void;
  /** Forgets an item. One that is being sent may arrive all the same. */
  discard(clientId: string): void;
}
