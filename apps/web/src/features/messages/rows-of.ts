import type { OutboxItem, TimelineMessage } from "@tertulia/client/state";
import type { Id, Instant, Seq } from "@tertulia/model/ids";
import type { RoomNotice } from "./room-notices";

/** One line of the timeline. Its key stays the same for as long as the page lives, so its place on screen and its focus do too. */
export type Row =
  | { kind: "day"; key: string; at: Instant }
  | { kind: "new"; key: string; count: number; orMore: boolean }
  | { kind: "notice"; key: string; notice: RoomNotice }
  | { kind: "message"; key: string; message: TimelineMessage; first: boolean; newestAttempt: boolean }
  | { kind: "unsent"; key: string; item: OutboxItem; first: boolean };

/** What was unread when I came in; the New line stands by it until I leave. */
export interface Visit {
  lastReadSeq: Seq;
  headSeq: Seq;
}

export interface RowsInput {
  messages: readonly TimelineMessage[];
  sending: readonly OutboxItem[];
  /** By time. */
  notices: readonly RoomNotice[];
  hasBefore: boolean;
  me: Id;
  visit: Visit;
  /** Names the day of an instant in the reader's zone. */
  dayOf: (at: Instant) => string;
}

/** Words of one author within this time of the group's first stand under one name. */
const GROUP_LASTS_MS = 5 * 60_000;
const END_OF_TIME: Instant = "9999";

/** Turns what was said, and what I'm still sending, into the lines of the timeline. */
export function rowsOf({ messages, sending, notices, hasBefore, me, visit, dayOf }: RowsInput): Row[] {
  const rows: Row[] = [];
  const group = new Grouping();
  const fresh = newIn(messages, visit, me);
  const attempts = newestAttempts(messages);
  let day = "";

  const turnDay = (at: Instant) => {
    const today = dayOf(at);
    if (today === day) return;
    day = today;
    group.end();
    rows.push({ kind: "day", key: `day ${today}`, at });
  };

  let told = 0;
  const tellUntil = (at: Instant) => {
    for (let notice = notices[told]; notice && notice.at <= at; notice = notices[++told]) {
      turnDay(notice.at);
      group.end();
      rows.push({ kind: "notice", key: notice.key, notice });
    }
  };

  for (const message of messages) {
    tellUntil(message.createdAt);
    turnDay(message.createdAt);
    if (fresh && message === fresh.first) {
      group.end();
      rows.push({ kind: "new", key: "new", count: fresh.count, orMore: hasBefore && message === messages[0] });
    }
    const first = group.begins(message.author.id, message.createdAt) || message.role === "assistant";
    const newestAttempt = message.run === null || attempts.get(attemptOf(message)) === message.id;
    rows.push({ kind: "message", key: message.key, message, first, newestAttempt });
  }
  tellUntil(END_OF_TIME);
  const arrived = new Set(messages.map(({ key }) => key));
  for (const item of sending) {
    if (arrived.has(item.clientId)) continue;
    turnDay(item.createdAt);
    rows.push({ kind: "unsent", key: item.clientId, item, first: group.begins(me, item.createdAt) });
  }
  return rows;
}

/** The unread messages of others at the visit's beginning: the first of those held here, and how many. */
function newIn(messages: readonly TimelineMessage[], visit: Visit, me: Id): { first: TimelineMessage; count: number } | null {
  const fresh = messages.filter(
    (message) => message.seq > visit.lastReadSeq && message.seq <= visit.headSeq && message.author.id !== me && message.deletedAt === null,
  );
  const [first] = fresh;
  return first ? { first, count: fresh.length } : null;
}

/** Of several answers of one assistant to one message, the newest. */
function newestAttempts(messages: readonly TimelineMessage[]): Map<string, Id> {
  return new Map(messages.filter((message) => message.run !== null).map((message) => [attemptOf(message), message.id]));
}

const attemptOf = (message: TimelineMessage): string => `${message.run?.triggerMessageId} ${message.author.id}`;

class Grouping {
  private author: Id | null = null;
  private since = 0;

  /** Whether words of this author at this time begin a group. */
  begins(author: Id, at: Instant): boolean {
    const time = Date.parse(at);
    if (author === this.author && Math.abs(time - this.since) <= GROUP_LASTS_MS) return false;
    this.author = author;
    this.since = time;
    return true;
  }

  end(): void {
    this.author = null;
  }
}
