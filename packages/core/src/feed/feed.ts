import type { Actor } from "@tertulia/model/actor";
import type { RunDelta } from "@tertulia/model/assistants";
import type { FollowedEvent } from "@tertulia/model/events";
import type { Id, Seq } from "@tertulia/model/ids";
import type { InboxUpdate } from "@tertulia/model/inbox";
import type { Notice } from "@tertulia/model/notices";
import type { FadingNote } from "@tertulia/model/ports/bus";
import type { Presence } from "@tertulia/model/presence";
import type { ReadPosition } from "@tertulia/model/reads";
import type { Typing } from "@tertulia/model/typing";

/** What can be followed. A door's follow procedure only says which; the feed does the rest. */
export type FeedSpec =
  | { kind: "messages"; roomId: Id; after: Seq | null }
  | { kind: "reads" | "typing" | "presence" | "runs"; roomId: Id }
  | { kind: "presence.of"; userIds: Id[] }
  | { kind: "inbox" }
  | { kind: "notices" };

/** What a follower gets at one time. `id` of messages is the seq of the last event in it. */
export type Batch =
  | { kind: "messages"; id: Seq; items: FollowedEvent[] }
  | { kind: "reads"; items: ReadPosition[] }
  | { kind: "typing"; items: Typing[] }
  | { kind: "presence"; items: Presence[] }
  | { kind: "runs"; items: RunDelta[] }
  /** All that fades by itself in a room, for those who hear the whole of it. */
  | { kind: "fading"; roomId: Id; items: FadingNote[] }
  | { kind: "inbox"; items: InboxUpdate[] }
  | { kind: "notices"; items: Notice[] };

/** A door's wire form. A batch is encoded once; a frame is built once per distinct key (in tRPC, the request's id) and shared by all sinks of it. */
export interface Dialect {
  encode(batch: Batch): (key: string) => Buffer;
}

/**
 * Why the feed lets a sink go: its user is out of the room, the room is gone, it doesn't read, or what it follows could not be read.
 * After the last two its client is to come back, and starts afresh or goes on from where it was.
 */
export type SinkEnd = "left" | "deleted" | "slow" | "broken";

/** One follower on one connection. Doors supply them; the feed writes to them. */
export interface Sink {
  readonly actor: Actor;
  readonly connectionId: string;
  readonly dialect: Dialect;
  readonly key: string;
  /** A backlog is what the follower asked for: its bytes don't count as falling behind (protocol L3). */
  write(frame: Buffer, isBacklog: boolean): void;
  /** Bytes written but not yet taken by the other side, backlogs left out. */
  buffered(): number;
  /** Resolves when the other side has taken the backlogs that were written. Whoever has it is written a long one as it is taken. */
  backlogTaken?(): Promise<void>;
  ended(end: SinkEnd): void;
}
