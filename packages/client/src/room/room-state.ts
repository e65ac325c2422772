import type { RoomEvent } from "@tertulia/model/events";
import type { Id, Seq } from "@tertulia/model/ids";
import type { Member, MemberPage } from "@tertulia/model/members";
import type { Message, MessagePage } from "@tertulia/model/messages";
import type { Presence } from "@tertulia/model/presence";
import type { ReadPosition } from "@tertulia/model/reads";
import type { RefusalShape } from "@tertulia/model/refusals";
import type { OpenedRoom } from "@tertulia/model/rooms";
import type { Typing } from "@tertulia/model/typing";
import type { RoomState } from "../state.ts";
import { type KeyOf, messageIn, sameJson, timelineOf, withMessages } from "./timeline.ts";
import { type Admits, withEventIn } from "./timeline-events.ts";

export const unopened: RoomState = {
  status: "opening", refusal: null, goneBecause: null, room: null, me: null, members: [], hasMoreMembers: false,
  messages: [], hasBefore: false, loadingOlder: false, sending: [], typists: [], presence: {}, reads: [], headSeq: 0, catchingUp: false,
};

/** The room as a snapshot shows it. Whatever of it was there already keeps its identity. */
export function opened(state: RoomState, { room, me, members, messages, headSeq }: OpenedRoom, keyOf: KeyOf): RoomState {
  return {
    ...state,
    status: "ready",
    refusal: null,
    goneBecause: null,
    room: sameJson(state.room, room) ? state.room : room,
    me: sameJson(state.me, me) ? state.me : me,
    members: members.items,
    hasMoreMembers: members.nextCursor !== null,
    messages: timelineOf(messages.items, state.messages, keyOf),
    hasBefore: messages.hasBefore,
    headSeq,
    catchingUp: false,
  };
}

export const failed = (state: RoomState, refusal: RefusalShape): RoomState => ({ ...state, status: "failed", refusal, catchingUp: false });

export function gone(state: RoomState, goneBecause: RoomState["goneBecause"]): RoomState {
  return { ...state, status: "gone", goneBecause, typists: [], catchingUp: false };
}

/**
 * The room after these events, which come in order of seq. Those it has seen already change nothing: they may show an older
 * state of a message than the one held.
 */
export function withEvents(state: RoomState, events: readonly RoomEvent[], keyOf: KeyOf): RoomState {
  let next = state;
  for (const event of events) {
    if (event.seq <= next.headSeq) continue;
    next = { ...withEvent(next, event, keyOf), headSeq: event.seq };
  }
  return next;
}

function withEvent(state: RoomState, event: RoomEvent, keyOf: KeyOf): RoomState {
  switch (event.type) {
    case "message.posted":
      return withTimeline(withTyping(state, [{ userId: event.message.author.id, username: "", typing: false }]), event, keyOf);
    case "message.edited":
    case "message.deleted":
    case "reaction.added":
    case "reaction.removed":
    case "run.started":
    case "run.completed":
    case "run.stopped":
    case "run.failed":
    case "variant.chosen":
      return withTimeline(state, event, keyOf);
    case "pin.added":
    case "pin.removed":
      return state;
    case "member.joined":
      return withMemberCount(withMember(state, { user: event.user, role: "MEMBER", joinedAt: event.at, lastReadSeq: event.seq }), event.memberCount);
    case "member.left":
      return withMemberCount(withoutMember(state, event.user.id, event.removedBy), event.memberCount);
    case "member.changed":
      return withRole(state, event.userId, event.role);
    case "room.updated":
      return { ...state, room: event.room };
    case "room.deleted":
      return gone(state, "deleted");
    default:
      // Of a newer server than this page.
      event satisfies never;
      return state;
  }
}

function withTimeline(state: RoomState, event: RoomEvent, keyOf: KeyOf): RoomState {
  const messages = withEventIn(state.messages, event, admitsIn(state), keyOf);
  return messages === state.messages ? state : { ...state, messages };
}

/** The room with this message in it, unless it is there already and perhaps newer, or older than the window that is held, or a reply in a thread. */
export function withNews(state: RoomState, message: Message, keyOf: KeyOf): RoomState {
  if (messageIn(state.messages, message.id)) return state;
  const timeline = withMessages(state.messages, [message].filter(admitsIn(state)), keyOf);
  return timeline === state.messages ? state : { ...state, messages: timeline };
}

function admitsIn({ hasBefore, messages }: RoomState): Admits {
  const oldest = hasBefore ? (messages[0]?.seq ?? Number.POSITIVE_INFINITY) : 0;
  return ({ seq, threadRootId }) => seq >= oldest && threadRootId === null;
}

/**
 * The page before the oldest message. The page may be older than what has happened meanwhile to its messages: `since` holds the
 * events that came while it was on its way.
 */
export function withOlder(state: RoomState, page: MessagePage, since: readonly RoomEvent[], keyOf: KeyOf): RoomState {
  const widened = { ...state, messages: withMessages(state.messages, page.items, keyOf), hasBefore: page.hasBefore };
  return since.filter(({ seq }) => seq > page.headSeq).reduce((next, event) => withTimeline(next, event, keyOf), widened);
}

/** What is kept of a room nobody looks at. */
export function trimmed(state: RoomState, messagesKept: number): RoomState {
  const quiet = { ...state, typists: [], loadingOlder: false };
  return state.messages.length <= messagesKept ? quiet : { ...quiet, messages: state.messages.slice(-messagesKept), hasBefore: true };
}

/** The next members, and who came, went or changed role while they were asked for. */
export function withMemberPage(state: RoomState, page: MemberPage, since: readonly RoomEvent[]): RoomState {
  const held = new Set(state.members.map(({ user }) => user.id));
  const widened = { ...state, members: [...state.members, ...page.items.filter(({ user }) => !held.has(user.id))], hasMoreMembers: page.nextCursor !== null };
  return since.filter(({ type }) => type.startsWith("member.")).reduce<RoomState>((next, event) => withEvent(next, event, ({ id }) => id), widened);
}

function withMember(state: RoomState, member: Member): RoomState {
  const known = state.members.some(({ user }) => user.id === member.user.id);
  return known ? state : { ...state, members: [...state.members, member] };
}

function withoutMember(state: RoomState, userId: Id, removedBy: Id | undefined): RoomState {
  const left = {
    ...state,
    members: state.members.filter(({ user }) => user.id !== userId),
    reads: state.reads.filter((read) => read.userId !== userId),
    typists: state.typists.filter((typist) => typist.userId !== userId),
  };
  return userId === state.me?.user.id ? gone(left, removedBy === undefined ? "left" : "removed") : left;
}

function withRole(state: RoomState, userId: Id, role: Member["role"]): RoomState {
  const me = state.me?.user.id === userId ? { ...state.me, role } : state.me;
  return { ...state, me, members: state.members.map((member) => (member.user.id === userId ? { ...member, role } : member)) };
}

function withMemberCount(state: RoomState, memberCount: number): RoomState {
  return state.room ? { ...state, room: { ...state.room, memberCount } } : state;
}

/** Positions only move forward. */
export function withReads(state: RoomState, positions: readonly ReadPosition[]): RoomState {
  let reads = state.reads;
  for (const position of positions) {
    const at = reads.findIndex(({ userId }) => userId === position.userId);
    const held = reads[at];
    if (!held) reads = [...reads, position];
    else if (held.seq < position.seq) reads = reads.with(at, position);
  }
  const mine = positions.find(({ userId }) => userId === state.me?.user.id);
  const next = mine ? withMyRead(state, mine.seq) : state;
  return reads === next.reads ? next : { ...next, reads };
}

export function withMyRead(state: RoomState, seq: Seq): RoomState {
  return state.me && state.me.lastReadSeq < seq ? { ...state, me: { ...state.me, lastReadSeq: seq } } : state;
}

export function withTyping(state: RoomState, changes: readonly Typing[]): RoomState {
  let typists = state.typists;
  for (const change of changes) {
    if (change.userId === state.me?.user.id) continue;
    const known = typists.some(({ userId }) => userId === change.userId);
    if (change.typing && !known) typists = [...typists, change];
    if (!change.typing && known) typists = typists.filter(({ userId }) => userId !== change.userId);
  }
  return typists === state.typists ? state : { ...state, typists };
}

/** `isAll`: nobody else is known any more. */
export function withPresence(state: RoomState, people: readonly Presence[], isAll: boolean): RoomState {
  const presence = presenceWith(state.presence, people, isAll);
  return presence === state.presence ? state : { ...state, presence };
}

export function presenceWith(held: RoomState["presence"], people: readonly Presence[], isAll: boolean): RoomState["presence"] {
  const next: Record<Id, Presence> = isAll ? {} : { ...held };
  for (const person of people) {
    const known = held[person.userId];
    next[person.userId] = known && sameJson(known, person) ? known : person;
  }
  return sameJson(held, next) ? held : next;
}
