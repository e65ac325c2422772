import { excerptOf } from "@tertulia/model/excerpt";
import type { RoomEvent } from "@tertulia/model/events";
import type { Id, Seq } from "@tertulia/model/ids";
import type { Counted, InboxUpdate } from "@tertulia/model/inbox";
import { limits } from "@tertulia/model/limits";
import type { MyPosition } from "@tertulia/model/reads";
import type { InboxEntry, LastMessage, Room } from "@tertulia/model/rooms";
import { type Timeline, sameJson } from "../room/timeline.ts";
import type { InboxState } from "../state.ts";

export const unloaded: InboxState = { status: "loading", entries: [], hasMore: false };

/** The inbox after what its feed says. `me` tells my own messages, which are never unread, from the others'. */
export function withUpdates(state: InboxState, updates: readonly InboxUpdate[], me: Id): InboxState {
  return updates.reduce((next, update) => withUpdate(next, update, me), state);
}

function withUpdate(state: InboxState, update: InboxUpdate, me: Id): InboxState {
  switch (update.type) {
    case "snapshot":
      return { status: "ready", entries: inOrder(update.entries.map((entry) => keptIfSame(state, entry))), hasMore: update.nextCursor !== null };
    case "room.activity":
      return withEntry(state, update.roomId, (entry) => withActivity(entry, update, me));
    case "room.position":
      return withPosition(state, update);
    case "room.joined":
      return withEntries(state, [update.entry]);
    case "room.changed":
      return withEntry(state, update.room.id, (entry) => withRoom(entry, update.room));
    case "room.left":
      return withoutRoom(state, update.roomId);
  }
}

/** Entries added, or in place of those that were there. */
export function withEntries(state: InboxState, entries: readonly InboxEntry[]): InboxState {
  const added = new Set(entries.map(({ room }) => room.id));
  return { ...state, entries: inOrder([...state.entries.filter(({ room }) => !added.has(room.id)), ...entries.filter(({ archived }) => !archived)]) };
}

export function withoutRoom(state: InboxState, roomId: Id): InboxState {
  const entries = state.entries.filter(({ room }) => room.id !== roomId);
  return entries.length === state.entries.length ? state : { ...state, entries };
}

/** My own numbers as the server counts them, after I have read. */
export function withPosition(state: InboxState, { roomId, unread, mentions, lastReadSeq }: MyPosition): InboxState {
  return withEntry(state, roomId, (entry) =>
    lastReadSeq < entry.lastReadSeq || (lastReadSeq === entry.lastReadSeq && unread === entry.unread && mentions === entry.mentions)
      ? entry
      : { ...entry, unread, mentions, lastReadSeq },
  );
}

/** Everything is read at once, before the server has counted. */
export function withRead(state: InboxState, roomId: Id, seq: Seq): InboxState {
  return withEntry(state, roomId, (entry) => {
    if (seq <= entry.lastReadSeq) return entry;
    return seq < entry.headSeq ? { ...entry, lastReadSeq: seq } : { ...entry, lastReadSeq: seq, unread: 0, mentions: 0 };
  });
}

/** What a followed room tells of itself, since the inbox's own feed is silent about it: events not yet counted, and its timeline after them. */
export interface RoomNews {
  roomId: Id;
  headSeq: Seq;
  events: readonly RoomEvent[];
  timeline: Timeline;
  /** The timeline before: what was deleted out of it may have been unread. */
  before: Timeline;
}

export function withRoomNews(state: InboxState, news: RoomNews, me: Id): InboxState {
  return withEntry(state, news.roomId, (entry) => {
    const unseen = news.events.filter(({ seq }) => seq > entry.headSeq);
    const counted = unseen.flatMap(countedIn);
    const last = lastOf(news.timeline) ?? entry.last;
    const active = withActivity(entry, { headSeq: news.headSeq, last: sameJson(last, entry.last) ? entry.last : last, counted }, me);
    return unseen.reduce((next, event) => (event.type === "message.deleted" ? withoutUnread(next, event.messageId, news.before, me) : next), active);
  });
}

function countedIn(event: RoomEvent): Counted[] {
  switch (event.type) {
    case "message.posted":
    case "run.completed":
    case "run.failed":
    case "run.stopped": {
      const { author, mentions, content } = event.message;
      // An answer stopped before its first word is nothing to read.
      return event.type === "run.stopped" && content === "" ? [] : [{ seq: event.seq, authorId: author.id, mentions }];
    }
    default:
      return [];
  }
}

function lastOf(timeline: Timeline): LastMessage | null {
  const last = timeline.findLast(({ deletedAt, status, threadRootId }) => deletedAt === null && status !== "streaming" && threadRootId === null);
  return last ? { seq: last.seq, author: last.author, excerpt: excerptOf(last.content), at: last.createdAt } : null;
}

function withoutUnread(entry: InboxEntry, messageId: Id, before: Timeline, me: Id): InboxEntry {
  const message = before.find(({ id }) => id === messageId);
  const wasUnread = message && message.deletedAt === null && message.seq > entry.lastReadSeq && message.author.id !== me;
  // At the most that is counted, the true number isn't known.
  if (!wasUnread || entry.unread === 0 || entry.unread >= limits.unreadShown) return entry;
  return { ...entry, unread: entry.unread - 1, mentions: Math.max(0, entry.mentions - (message.mentions.includes(me) ? 1 : 0)) };
}

/** Counts what is new to this entry: an earlier frame may have told some of it. */
function withActivity(entry: InboxEntry, { headSeq, last, counted }: { headSeq: Seq; last: LastMessage | null; counted: readonly Counted[] }, me: Id): InboxEntry {
  if (headSeq < entry.headSeq || (headSeq === entry.headSeq && sameJson(last, entry.last))) return entry;
  const fresh = counted.filter(({ seq, authorId }) => seq > entry.headSeq && seq > entry.lastReadSeq && authorId !== me);
  const at = last?.at ?? null;
  const isNewer = at !== null && at > (entry.room.lastMessageAt ?? "");
  return {
    ...entry,
    headSeq,
    last,
    room: isNewer ? { ...entry.room, lastMessageAt: at } : entry.room,
    unread: Math.min(limits.unreadShown, entry.unread + fresh.length),
    mentions: Math.min(limits.unreadShown, entry.mentions + fresh.filter(({ mentions }) => mentions.includes(me)).length),
  };
}

const withRoom = (entry: InboxEntry, room: Room): InboxEntry => (sameJson(entry.room, room) ? entry : { ...entry, room });

function withEntry(state: InboxState, roomId: Id, change: (entry: InboxEntry) => InboxEntry): InboxState {
  const at = state.entries.findIndex(({ room }) => room.id === roomId);
  const entry = state.entries[at];
  if (!entry) return state;
  const changed = change(entry);
  if (changed === entry) return state;
  const entries = state.entries.with(at, changed);
  return { ...state, entries: activityOf(changed) === activityOf(entry) ? entries : inOrder(entries) };
}

function keptIfSame(state: InboxState, entry: InboxEntry): InboxEntry {
  const held = state.entries.find(({ room }) => room.id === entry.room.id);
  return held && sameJson(held, entry) ? held : entry;
}

const inOrder = (entries: readonly InboxEntry[]): InboxEntry[] => entries.toSorted((a, b) => compare(activityOf(b), activityOf(a)));
const activityOf = ({ room }: InboxEntry): string => room.lastMessageAt ?? room.createdAt;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
