import type { RunFailure, Usage } from "./assistants.ts";
import type { Id, Instant, Seq } from "./ids.ts";
import type { RoomRole } from "./members.ts";
import type { Message } from "./messages.ts";
import type { Room } from "./rooms.ts";
import type { User } from "./users.ts";

/**
 * One durable thing that happened in a room. Applying it twice changes nothing; state + events = a fresh fetch. A message comes as it is when it's told:
 * of an answer that was written anew since, the run it shows is the newest, and it may be being written.
 * A `quiet` end of an answer makes nothing unread: it was written anew, or stopped before its first word.
 */
export type RoomEvent = EventEnvelope & RoomEventBody;

export interface EventEnvelope {
  roomId: Id;
  seq: Seq;
  at: Instant;
  actorId: Id;
}

export type RoomEventBody =
  | { type: "message.posted"; message: Message; thread?: ThreadCount }
  | { type: "message.edited"; message: Message; thread?: ThreadCount }
  | { type: "message.deleted"; messageId: Id; thread?: ThreadCount }
  | { type: "reaction.added" | "reaction.removed"; messageId: Id; emoji: string; userId: Id; user: User }
  | { type: "pin.added" | "pin.removed"; messageId: Id }
  | { type: "member.joined"; user: User; memberCount: number }
  | { type: "member.left"; user: User; memberCount: number; removedBy?: Id }
  | { type: "member.changed"; userId: Id; role: RoomRole }
  | { type: "room.updated"; room: Room; changes: RoomChanges }
  | { type: "room.deleted" }
  | { type: "run.started"; runId: Id; messageId: Id; assistantId: Id; triggerMessageId: Id; message: Message; thread?: ThreadCount }
  | { type: "run.completed"; message: Message; usage: Usage; quiet?: true }
  | { type: "run.stopped"; message: Message; stoppedBy: Id | null; quiet?: true }
  | { type: "run.failed"; message: Message; code: RunFailure | null; retryable: boolean; quiet?: true }
  | { type: "variant.chosen"; message: Message };

/** Of a reply in a thread: how many its root has by then. Said in full, so that hearing it twice changes nothing. */
export interface ThreadCount {
  rootId: Id;
  count: number;
}

export type RoomEventType = RoomEventBody["type"];

/** `deletedAt` is null of a room that was restored. */
export type RoomChanges = Partial<Pick<Room, "title" | "description" | "isPrivate" | "hasPassword" | "settings" | "deletedAt">>;

/** Instead of a gap: forget what you hold of this room and open it afresh. Alone in its batch. */
export interface Reset {
  type: "reset";
  roomId: Id;
  reason: "TOO_FAR_BEHIND" | "AHEAD_OF_LOG";
  headSeq: Seq;
}

export type FollowedEvent = RoomEvent | Reset;
