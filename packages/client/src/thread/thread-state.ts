import type { RoomEvent } from "@tertulia/model/events";
import type { Id } from "@tertulia/model/ids";
import type { Message, MessagePage } from "@tertulia/model/messages";
import type { ThreadPosition } from "@tertulia/model/reads";
import { type Admits, withEventIn } from "../room/timeline-events.ts";
import { type KeyOf, type Timeline, messageIn, timelineOf, withMessages } from "../room/timeline.ts";
import type { ThreadState } from "../state.ts";

export const unopenedThread: ThreadState = {
  status: "opening", refusal: null, root: null, messages: [], hasBefore: false, loadingOlder: false, sending: [], lastReadSeq: 0, unread: 0,
};

/** Which thread, and how its rows are named. */
export interface ThreadOf {
  rootId: Id;
  keyOf: KeyOf;
}

/**
 * The thread as its newest page shows it. `since`: what happened while the page and the root were on their way. The root has no seq of its
 * reading, so all of that is applied to it: the last of what happened comes last, whether it knew of it or not.
 */
export function threadOf(state: ThreadState, root: Message, page: MessagePage, since: readonly RoomEvent[], keyOf: KeyOf): ThreadState {
  const held = timelineOf([root], state.root ? [state.root] : [], keyOf);
  const opened: ThreadState = {
    ...state,
    status: "ready",
    refusal: null,
    root: since.reduce((row, event) => withEventIn(row, event, ({ id }) => id === root.id, keyOf), held)[0] ?? null,
    messages: timelineOf(page.items, state.messages, keyOf),
    hasBefore: page.hasBefore,
  };
  const read = page.thread ? withPosition(opened, page.thread) : opened;
  const messages = since.filter(({ seq }) => seq > page.headSeq).reduce((rows, event) => withEventIn(rows, event, admitsIn(read, root.id), keyOf), read.messages);
  return { ...read, messages };
}

/** The thread after these events of its room, in order. Hearing one twice changes nothing, as long as it's not older than what is held. */
export function withThreadEvents(state: ThreadState, events: readonly RoomEvent[], { rootId, keyOf }: ThreadOf): ThreadState {
  let root: Timeline = state.root ? [state.root] : [];
  let { messages } = state;
  for (const event of events) {
    root = withEventIn(root, event, ({ id }) => id === rootId, keyOf);
    messages = withEventIn(messages, event, admitsIn(state, rootId), keyOf);
  }
  return { ...state, root: root[0] ?? null, messages };
}

/** The thread with this reply in it, unless it is there already and perhaps newer. */
export function withReply(state: ThreadState, reply: Message, { rootId, keyOf }: ThreadOf): ThreadState {
  if (messageIn(state.messages, reply.id)) return state;
  return { ...state, messages: withMessages(state.messages, [reply].filter(admitsIn(state, rootId)), keyOf) };
}

/** The page before the oldest reply, and what happened while it was on its way. */
export function withOlderReplies(state: ThreadState, page: MessagePage, since: readonly RoomEvent[], thread: ThreadOf): ThreadState {
  const widened = { ...state, messages: withMessages(state.messages, page.items, thread.keyOf), hasBefore: page.hasBefore };
  return withThreadEvents(widened, since.filter(({ seq }) => seq > page.headSeq), thread);
}

/** Positions only move forward. */
export function withPosition(state: ThreadState, { lastReadSeq, unread }: ThreadPosition): ThreadState {
  return lastReadSeq < state.lastReadSeq ? state : { ...state, lastReadSeq, unread };
}

function admitsIn({ hasBefore, messages }: ThreadState, rootId: Id): Admits {
  const oldest = hasBefore ? (messages[0]?.seq ?? Number.POSITIVE_INFINITY) : 0;
  return ({ seq, threadRootId }) => threadRootId === rootId && seq >= oldest;
}
