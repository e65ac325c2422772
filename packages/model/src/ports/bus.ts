import type { RunDelta } from "../assistants.ts";
import type { RoomEvent } from "../events.ts";
import type { Id, Seq } from "../ids.ts";
import type { Notice } from "../notices.ts";
import type { Presence } from "../presence.ts";
import type { MyPosition, ReadPosition } from "../reads.ts";
import type { Typing } from "../typing.ts";
import type { User } from "../users.ts";
import type { Budgets } from "./budgets.ts";

/** What nodes tell each other about a room. A doorbell that carries what it can: the log in the database is the truth. */
export type RoomNote =
  | { kind: "events"; firstSeq: Seq; events: RoomEvent[] }
  /** So much has happened that it doesn't travel by the bus: the log has it, up to here. */
  | { kind: "grown"; headSeq: Seq }
  | { kind: "typing"; typing: Typing }
  /** Who has read, and which message is the newest that they have read. */
  | { kind: "reads"; position: ReadPosition; user: User; messageId: Id | null }
  | { kind: "presence"; presence: Presence }
  | { kind: "delta"; delta: RunDelta };

/** What is told of a room without being kept: it fades by itself. */
export type FadingNote = Exclude<RoomNote, { kind: "events" | "grown" }>;

/** What nodes tell each other about one user. */
export type UserNote =
  | { kind: "joined"; roomId: Id }
  | { kind: "left"; roomId: Id }
  | { kind: "position"; position: MyPosition }
  | { kind: "presence"; presence: Presence }
  | { kind: "session.revoked"; sessionId: Id }
  | { kind: "account.changed" };

/** What nodes tell each other about one run. */
export type RunNote = { kind: "stop"; by: Id };

/** What nodes tell each other that concerns everyone. It has one channel, `EVERYONE`. */
export type ServerNote = { kind: "notice"; notice: Notice };

/** The one id of the channel that concerns everyone. */
export const EVERYONE = "everyone";

export interface Notes {
  room: RoomNote;
  user: UserNote;
  run: RunNote;
  server: ServerNote;
}

export type Unlisten = () => void;

/** How nodes hear each other: at most once, in the order sent per channel, to whoever listens now. */
export interface Bus {
  publish<K extends keyof Notes>(channel: K, id: Id, note: Notes[K]): void;
  /** Resolves when the listener will hear everything published from now on; while other nodes can't be heard, at once. */
  listen<K extends keyof Notes>(channel: K, id: Id, listener: (note: Notes[K]) => void): Promise<Unlisten>;
  /** Whether other nodes are heard now. While they aren't, what they would have told has to be looked up. */
  readonly isUp: boolean;
  /** Calls back each time other nodes are heard again after a break, and hear this one again. */
  onUp(listener: () => void): Unlisten;
  /** Calls back each time something that others told may have been missed, after a break of this node or of another: it has to be looked up. */
  onMissed(listener: () => void): Unlisten;
  readonly leases: Leases;
  readonly counters: Counters;
  readonly budgets: Budgets;
  close(): Promise<void>;
}

/** Claims that fade unless renewed: who is connected where. */
export interface Leases {
  /** Holds or renews `holder`'s claim on `key`, with a value everyone can read, for `ttlMs`. Answers how many held it before. */
  hold(key: string, holder: string, value: string, ttlMs: number): Promise<number>;
  /** Gives up the claim. Answers how many still hold it. */
  drop(key: string, holder: string): Promise<number>;
  /** The live values of each key, in the order asked. */
  held(keys: string[]): Promise<string[][]>;
  /** Keys whose last claim has faded without being given up: its holder died. Each is told once, to whichever node asks first; at most 200 at a time. */
  lapsed(): Promise<string[]>;
}

/** What may be done so often only, counted by all nodes together. */
export interface Counters {
  /** Takes one of `limit` places; each is free again `windowMs` after it was taken, so that no stretch of that length ever holds more. */
  take(key: string, limit: number, windowMs: number): Promise<Taking>;
}

export type Taking = (
  | { isTaken: true; giveBack: () => void }
  | { isTaken: false; freeAfterMs: number }
) & {
  /** False while the nodes can't count together: then this one counted by itself. */
  isShared: boolean;
};
