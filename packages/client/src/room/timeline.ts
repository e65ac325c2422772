import { excerptOf } from "@tertulia/model/excerpt";
import type { Id } from "@tertulia/model/ids";
import type { Message } from "@tertulia/model/messages";
import type { TimelineMessage } from "../state.ts";

/** The key a message's row has: see `TimelineMessage.key`. */
export type KeyOf = (message: Message) => string;

export type Timeline = readonly TimelineMessage[];

/** The timeline with these messages in it, new or in place of what had their ids. What is the same already keeps its identity. */
export function withMessages(timeline: Timeline, messages: readonly Message[], keyOf: KeyOf): Timeline {
  let next: TimelineMessage[] | null = null;
  for (const message of messages) {
    const rows: Timeline = next ?? timeline;
    const at = placeOf(rows, message.seq);
    const held = rows[at];
    const known = held?.id === message.id;
    if (known && sameContent(held, message)) continue;
    next ??= [...timeline];
    const row = { ...message, key: known ? held.key : keyOf(message) };
    next.splice(at, known ? 1 : 0, row);
  }
  return next ?? timeline;
}

/** The timeline made anew from a snapshot. */
export function timelineOf(messages: readonly Message[], before: Timeline, keyOf: KeyOf): Timeline {
  const held = new Map(before.map((row) => [row.id, row]));
  const rows = messages.map((message) => {
    const row = held.get(message.id);
    return row && sameContent(row, message) ? row : { ...message, key: row?.key ?? keyOf(message) };
  });
  return rows.length === before.length && rows.every((row, at) => row === before[at]) ? before : rows;
}

export function withMessage(timeline: Timeline, messageId: Id, change: (message: TimelineMessage) => TimelineMessage): Timeline {
  const at = timeline.findLastIndex(({ id }) => id === messageId);
  const held = timeline[at];
  if (!held) return timeline;
  const changed = change(held);
  return changed === held ? timeline : timeline.with(at, changed);
}

/** A quote shows its message as it is now: nobody goes on reading what was edited or taken back. */
export function withQuotesOf(timeline: Timeline, messageId: Id, content: string): Timeline {
  const excerpt = excerptOf(content);
  const isStale = ({ replyTo }: TimelineMessage) => replyTo?.id === messageId && replyTo.excerpt !== excerpt;
  if (!timeline.some(isStale)) return timeline;
  return timeline.map((row) => (row.replyTo && isStale(row) ? { ...row, replyTo: { ...row.replyTo, excerpt } } : row));
}

export const messageIn = (timeline: Timeline, messageId: Id): TimelineMessage | undefined => timeline.findLast(({ id }) => id === messageId);

/** Where a message with this seq stands, or would. Most news is at the end. */
function placeOf(timeline: Timeline, seq: number): number {
  let low = 0;
  let high = timeline.length;
  if ((timeline.at(-1)?.seq ?? -1) < seq) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timeline[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sameContent({ key: _, ...held }: TimelineMessage, message: Message): boolean {
  return sameJson(held, message);
}

/** Whether two plain values would be the same JSON, whatever the order of their keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && sameJson(Reflect.get(a, key), Reflect.get(b, key)));
}
