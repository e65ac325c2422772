import { excerptOf } from "@tertulia/model/excerpt";
import type { RoomEvent } from "@tertulia/model/events";
import type { Id, Seq } from "@tertulia/model/ids";
import type { Counted, InboxUpdate } from "@tertulia/model/inbox";
import * as limits from "@tertulia/model/limits";
import type { MyPosition } from "@tertulia/model/reads";
import type { InboxEntry, LastMessage, Room } from "@tertulia/model/rooms";
import { type Timeline, sameJson } from "../room/timeline.ts";
import type { InboxState } from "../state.ts";

/** The inbox with what was heard on this connection, by room, listed or not: what the server read before some of it must not undo that. */
export interface CountedInbox extends InboxState {
  heard: Readonly<Record<Id, Heard>>;
}

interface Heard {
  headSeq: Seq;
  last: LastMessage | null;
  counted: readonly Counted[];
  position?: MyPosition;
}

const COUNTED_KEPT = 2 * limits.unreadShown;

export const unloaded: CountedInbox = { status: "loading", entries: [], hasMore: false, heard: {} };
const unheard: Heard = { headSeq: 0, last: null, counted: [] };

/** The inbox after what its feed says. `me` tells my own messages, which are never unread, from the others'. */
export function withUpdates(state: CountedInbox, updates: readonly InboxUpdate[], me: Id): CountedInbox {
  return updates.reduce((next, update) => withUpdate(next, update, me), state);
}

function withUpdate(state: CountedInbox, update: InboxUpdate, me: Id): CountedInbox {
  switch (update.type) {
    case "snapshot":
      return { ...state, status: "ready", entries: inOrder(update.entries.map((entry) => keptIfSame(state, caughtUp(state, entry, me)))), hasMore: update.nextCursor !== null };
    case "room.activity":
      return withActivity(state, update, me);
    case "room.position":
      return withPosition(state, update, me);
    case "room.joined":
      return withEntries(state, [update.entry], me);
    case "room.changed":
      return withEntry(state, update.room.id, (entry) => withRoom(entry, update.room));
    case "room.left":
      return withoutRoom(state, update.roomId);
  }
}

/** Entries added, or in place of those that were there. */
export function withEntries(state: CountedInbox, entries: readonly InboxEntry[], me: Id): CountedInbox {
  const added = new Set(entries.map(({ room }) => room.id));
  const shown = entries.filter(({ archived }) => !archived).map((entry) => caughtUp(state, entry, me));
  return { ...state, entries: inOrder([...state.entries.filter(({ room }) => !added.has(room.id)), ...shown]) };
}

/** An entry as the server read it, and what was heard after that on top. */
function caughtUp(state: CountedInbox, entry: InboxEntry, me: Id): InboxEntry {
  const heard = heardOf(state, entry.room.id);
  const next = heard.headSeq > entry.headSeq ? withHeard(entry, heard, me) : entry;
  return heard.position && heard.position.headSeq >= entry.headSeq ? withNumbers(next, heard.position, heard.counted, me) : next;
}

function withoutRoom(state: CountedInbox, roomId: Id): CountedInbox {
  const entries = state.entries.filter(({ room }) => room.id !== roomId);
  return entries.length === state.entries.length ? state : { ...state, entries };
}

/** My own numbers as the server counts them, after I have read; what came after they were counted is counted on top. */
export function withPosition(state: CountedInbox, position: MyPosition, me: Id): CountedInbox {
  const { counted, position: before } = heardOf(state, position.roomId);
  if (before && position.lastReadSeq < before.lastReadSeq) return state;
  return withEntry(remembering(state, position.roomId, { position }), position.roomId, (entry) => withNumbers(entry, position, counted, me));
}

function withNumbers(entry: InboxEntry, { unread, mentions, lastReadSeq, headSeq }: MyPosition, counted: readonly Counted[], me: Id): InboxEntry {
  if (lastReadSeq < entry.lastReadSeq) return entry;
  const since = counted.filter(({ seq }) => seq > headSeq);
  const next = { ...withCount({ ...entry, unread, mentions, lastReadSeq }, since, me), headSeq: Math.max(headSeq, entry.headSeq) };
  return sameJson(next, entry) ? entry : next;
}

/** Everything is read at once, before the server has counted. */
export function withRead(state: CountedInbox, roomId: Id, seq: Seq): CountedInbox {
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

export function withRoomNews(state: CountedInbox, news: RoomNews, me: Id): CountedInbox {
  const known = entryOf(state, news.roomId) ?? heardOf(state, news.roomId);
  const unseen = news.events.filter(({ seq }) => seq > known.headSeq);
  const last = lastOf(news.timeline) ?? known.last;
  const active = withActivity(state, { ...news, last, counted: unseen.flatMap(countedIn) }, me);
  return unseen.reduce((next, event) => (event.type === "message.deleted" ? withoutUnread(next, news, event.messageId, me) : next), active);
}

function countedIn(event: RoomEvent): Counted[] {
  switch (event.type) {
    case "message.posted":
    case "run.completed":
    case "run.failed":
    case "run.stopped": {
      const { author, mentions, mentionsRoom, threadRootId } = event.message;
      return "quiet" in event ? [] : [{ seq: event.seq, authorId: author.id, mentions, ...(mentionsRoom && { mentionsRoom }), ...(threadRootId !== null && { inThread: true }) }];
    }
    default:
      return [];
  }
}

function lastOf(timeline: Timeline): LastMessage | null {
  const last = timeline.findLast(({ deletedAt, status, threadRootId }) => deletedAt === null && status !== "streaming" && threadRootId === null);
  return last ? { seq: last.seq, author: last.author, excerpt: excerptOf(last.content), at: last.createdAt } : null;
}

function withoutUnread(state: CountedInbox, { roomId, before }: RoomNews, messageId: Id, me: Id): CountedInbox {
  const message = before.find(({ id }) => id === messageId);
  if (!message || message.deletedAt !== null || message.author.id === me) return state;
  const counted = heardOf(state, roomId).counted.filter(({ seq }) => seq !== message.seq);
  return withEntry(remembering(state, roomId, { counted }), roomId, (entry) => {
    // At the most that is counted, the true number isn't known.
    if (message.seq <= entry.lastReadSeq || entry.unread === 0 || entry.unread >= limits.unreadShown) return entry;
    return { ...entry, unread: entry.unread - 1, mentions: Math.max(0, entry.mentions - (isMention(message, me) ? 1 : 0)) };
  });
}

interface Activity {
  roomId: Id;
  headSeq: Seq;
  last: LastMessage | null;
  counted: readonly Counted[];
}

/** Counts what is new: an earlier frame may have told some of it. */
function withActivity(state: CountedInbox, { roomId, headSeq, last, counted }: Activity, me: Id): CountedInbox {
  const heard = heardOf(state, roomId);
  const known = entryOf(state, roomId) ?? heard;
  if (headSeq < known.headSeq || (headSeq === known.headSeq && sameJson(last, known.last))) return state;
  const fresh = counted.filter(({ seq }) => seq > heard.headSeq);
  const next = remembering(state, roomId, { headSeq, last, counted: [...heard.counted, ...fresh].slice(-COUNTED_KEPT) });
  return withEntry(next, roomId, (entry) => withHeard(entry, heardOf(next, roomId), me));
}

function withHeard(entry: InboxEntry, { headSeq, last, counted }: Heard, me: Id): InboxEntry {
  const at = last?.at ?? "";
  const room = at > (entry.room.lastMessageAt ?? "") ? { ...entry.room, lastMessageAt: at } : entry.room;
  const fresh = counted.filter(({ seq }) => seq > entry.headSeq);
  return withCount({ ...entry, headSeq, last: sameJson(last, entry.last) ? entry.last : last, room }, fresh, me);
}

function withCount(entry: InboxEntry, counted: readonly Counted[], me: Id): InboxEntry {
  const others = counted.filter(({ authorId }) => authorId !== me);
  const unread = others.filter(({ seq, inThread }) => !inThread && seq > entry.lastReadSeq);
  // A mention in a thread waits until the thread is read, however far the room is.
  const inThreads = others.filter(({ inThread }) => inThread);
  const mentioned = [...unread, ...inThreads].filter((each) => isMention(each, me));
  return {
    ...entry,
    unread: Math.min(limits.unreadShown, entry.unread + unread.length),
    mentions: Math.min(limits.unreadShown, entry.mentions + mentioned.length),
  };
}

const isMention = ({ mentions, mentionsRoom = false }: { mentions: readonly Id[]; mentionsRoom?: boolean }, me: Id): boolean => mentionsRoom || mentions.includes(me);

const withRoom = (entry: InboxEntry, room: Room): InboxEntry => (sameJson(entry.room, room) ? entry : { ...entry, room });

const entryOf = (state: CountedInbox, roomId: Id): InboxEntry | undefined => state.entries.find(({ room }) => room.id === roomId);
const heardOf = (state: CountedInbox, roomId: Id): Heard => state.heard[roomId] ?? unheard;

function remembering(state: CountedInbox, roomId: Id, news: Partial<Heard>): CountedInbox {
  return { ...state, heard: { ...state.heard, [roomId]: { ...heardOf(state, roomId), ...news } } };
}

function withEntry(state: CountedInbox, roomId: Id, change: (entry: InboxEntry) => InboxEntry): CountedInbox {
  const at = state.entries.findIndex(({ room }) => room.id === roomId);
  const entry = state.entries[at];
  if (!entry) return state;
  const changed = change(entry);
  if (changed === entry) return state;
  const entries = state.entries.with(at, changed);
  return { ...state, entries: activityOf(changed) === activityOf(entry) ? entries : inOrder(entries) };
}

function keptIfSame(state: CountedInbox, entry: InboxEntry): InboxEntry {
  const held = entryOf(state, entry.room.id);
  return held && sameJson(held, entry) ? held : entry;
}

const inOrder = (entries: readonly InboxEntry[]): InboxEntry[] => entries.toSorted((a, b) => compare(activityOf(b), activityOf(a)));
export const activityOf = ({ room }: InboxEntry): string => room.lastMessageAt ?? room.createdAt;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
