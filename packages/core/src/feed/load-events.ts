import type { Tables } from "@tertulia/db/schema";
import type { RoomEventsTable } from "@tertulia/db/tables/room-events";
import type { RoomChanges, RoomEvent, RoomEventBody, RoomEventType, ThreadCount } from "@tertulia/model/events";
import type { Id, Seq } from "@tertulia/model/ids";
import type { Message } from "@tertulia/model/messages";
import type { Room } from "@tertulia/model/rooms";
import type { User } from "@tertulia/model/users";
import type { Kysely, Selectable } from "kysely";
import { loadMessages } from "../messages/load-messages.ts";
import { loadThreadCounts } from "../messages/load-thread-counts.ts";
import { toRoom } from "../rooms/to-room.ts";
import { toUser, userColumns } from "../users/to-user.ts";

type EventRow = Selectable<RoomEventsTable>;

/** Events that carry the message they are about. */
const ABOUT_MESSAGES: ReadonlySet<RoomEventType> = new Set(["message.posted", "message.edited", "message.deleted", "run.started", "run.completed", "run.stopped", "run.failed", "variant.chosen"]);

/**
 * The events of a room after a seq, oldest first, at most `limit`. The log holds references: each event joins what it is about
 * as it is now, so a message edited or deleted since comes in its newest state.
 */
export async function loadEvents(db: Kysely<Tables>, roomId: Id, after: Seq, limit: number): Promise<RoomEvent[]> {
  const rows = await db
    .selectFrom("room_events")
    .selectAll()
    .where("room_id", "=", roomId)
    .where("seq", ">", after)
    .orderBy("seq")
    .limit(limit)
    .execute();
  const messages = await loadMessages(db, subjectsOf(rows, (row) => ABOUT_MESSAGES.has(row.kind)));
  const subjects = {
    messages,
    threadCounts: await loadThreadCounts(db, rootsOf(messages)),
    users: await loadUsers(db, [...subjectsOf(rows, (row) => row.kind.startsWith("member.")), ...actorsOf(rows, (row) => row.kind.startsWith("reaction."))]),
    room: rows.some((row) => row.kind.startsWith("room.")) ? await loadRoom(db, roomId) : null,
  };
  return rows.map((row) => ({ roomId, seq: row.seq, at: row.at.toISOString(), actorId: row.actor_id, ...bodyOf(row, subjects) }));
}

interface Subjects {
  messages: Map<Id, Message>;
  /** How many replies each thread has of which one is among the messages. */
  threadCounts: Map<Id, number>;
  users: Map<Id, User>;
  room: Room | null;
}

function bodyOf(row: EventRow, subjects: Subjects): RoomEventBody {
  const subjectId = row.subject_id ?? "";
  switch (row.kind) {
    case "message.posted":
    case "message.edited":
    case "variant.chosen": {
      const message = subjects.messages.get(subjectId);
      return message ? { type: row.kind, message, ...threadOf(subjects, subjectId) } : { type: "message.deleted", messageId: subjectId };
    }
    case "message.deleted":
      return { type: row.kind, messageId: subjectId, ...threadOf(subjects, subjectId) };
    case "pin.added":
    case "pin.removed":
      return { type: row.kind, messageId: subjectId };
    case "reaction.added":
    case "reaction.removed":
      return { type: row.kind, messageId: subjectId, emoji: row.data.emoji ?? "", userId: row.actor_id, user: userIn(subjects, row, row.actor_id) };
    case "member.joined":
    case "member.left": {
      const user = userIn(subjects, row, subjectId);
      const memberCount = row.data.memberCount ?? 0;
      if (row.kind === "member.joined" || row.data.removedBy === undefined) return { type: row.kind, user, memberCount };
      return { type: row.kind, user, memberCount, removedBy: row.data.removedBy };
    }
    case "member.changed":
      return { type: row.kind, userId: subjectId, role: row.data.role ?? "MEMBER" };
    case "room.updated": {
      if (!subjects.room) throw new Error(`event ${row.room_id}/${row.seq} is of a room that doesn't exist`);
      return { type: row.kind, room: subjects.room, changes: changesOf(row, subjects.room) };
    }
    case "room.deleted":
      // It is here again: whoever comes back later needn't hear that it was gone.
      return subjects.room?.deletedAt === null ? { type: "room.updated", room: subjects.room, changes: { deletedAt: null } } : { type: row.kind };
    case "run.started":
    case "run.completed":
    case "run.stopped":
    case "run.failed":
      return { ...runBodyOf(row.kind, subjectId, subjects.messages.get(subjectId)), ...(row.data.quiet && { quiet: true }), ...(row.kind === "run.started" ? threadOf(subjects, subjectId) : {}) };
  }
}

function userIn({ users }: Subjects, { room_id: roomId, seq }: EventRow, userId: Id): User {
  const user = users.get(userId);
  if (!user) throw new Error(`event ${roomId}/${seq} names a user who doesn't exist`);
  return user;
}

function threadOf({ messages, threadCounts }: Subjects, messageId: Id): { thread?: ThreadCount } {
  const rootId = messages.get(messageId)?.threadRootId ?? null;
  return rootId === null ? {} : { thread: { rootId, count: threadCounts.get(rootId) ?? 0 } };
}

function runBodyOf(kind: "run.started" | "run.completed" | "run.stopped" | "run.failed", messageId: Id, message: Message | undefined): RoomEventBody {
  if (!message?.run) return { type: "message.deleted", messageId };
  const { run } = message;
  switch (kind) {
    case "run.started":
      return { type: kind, runId: run.id, messageId, assistantId: message.author.id, triggerMessageId: run.triggerMessageId, message };
    case "run.completed":
      return { type: kind, message, usage: run.usage };
    case "run.stopped":
      return { type: kind, message, stoppedBy: run.stoppedBy };
    case "run.failed":
      return { type: kind, message, code: run.code, retryable: run.retryable };
  }
}

function changesOf(row: EventRow, room: Room): RoomChanges {
  const changes: RoomChanges = {};
  for (const name of row.data.changed ?? []) Object.assign(changes, { [name]: room[name] });
  return changes;
}

const rootsOf = (messages: Map<Id, Message>): Id[] => [...new Set([...messages.values()].map(({ threadRootId }) => threadRootId))].filter((id) => id !== null);

function subjectsOf(rows: EventRow[], concerns: (row: EventRow) => boolean): Id[] {
  return [...new Set(rows.filter(concerns).map((row) => row.subject_id))].filter((id) => id !== null);
}

function actorsOf(rows: EventRow[], concerns: (row: EventRow) => boolean): Id[] {
  return [...new Set(rows.filter(concerns).map((row) => row.actor_id))];
}

async function loadUsers(db: Kysely<Tables>, ids: Id[]): Promise<Map<Id, User>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom("users").select(userColumns).where("id", "in", ids).execute();
  return new Map(rows.map((row) => [row.id, toUser(row)]));
}

async function loadRoom(db: Kysely<Tables>, roomId: Id): Promise<Room | null> {
  const row = await db.selectFrom("rooms").selectAll().where("id", "=", roomId).executeTakeFirst();
  return row ? toRoom(row) : null;
}
