import type { RoomEvent } from "@tertulia/model/events";
import type { Seq } from "@tertulia/model/ids";
import type { Message } from "@tertulia/model/messages";
import { excerptOf } from "@tertulia/model/excerpt";
import { withoutReaction, withReaction } from "@tertulia/model/reaction-list";

const KEPT = 256;
/** In UTF-16 code units, of one room: there may be thousands. */
const KEPT_WORDS = 1_000_000;

/** The newest events of a room in memory, so that those who come back after a short break cost the database nothing. */
export class EventRing {
  #events: RoomEvent[] = [];
  /** How long their words were when they came, of some that are gone too: counted anew when it is too much. */
  #words = 0;

  push(events: RoomEvent[]): void {
    for (const event of events) {
      this.#refresh(event);
      this.#events.push(event);
      this.#words += wordsOf(event);
    }
    if (this.#events.length > KEPT) this.#events = this.#events.slice(-KEPT);
    if (this.#words > KEPT_WORDS) this.#forgetOldest();
  }

  /** All events after a seq, or null if some of them are no longer here. */
  after(seq: Seq): RoomEvent[] | null {
    const oldest = this.#events[0];
    if (!oldest || oldest.seq > seq + 1) return null;
    return this.#events.filter((event) => event.seq > seq);
  }

  /** The oldest go until the words of the others fit. */
  #forgetOldest(): void {
    let words = 0;
    const tooOld = this.#events.findLastIndex((event) => {
      const fits = words + wordsOf(event) <= KEPT_WORDS;
      if (fits) words += wordsOf(event);
      return !fits;
    });
    this.#events = this.#events.slice(tooOld + 1);
    this.#words = words;
  }

  /** As in the log, an event shows what it is about as it is now: an edit or a deletion reaches those who still have it to hear. */
  #refresh(news: RoomEvent): void {
    if (news.type === "message.deleted") this.#replace(news.messageId, "", (message) => ({ ...message, content: "", metadata: {}, mentions: [], mentionsRoom: false, reactions: [], deletedAt: news.at, updatedAt: news.at }));
    else if (news.type === "reaction.added") this.#update(news.messageId, (message) => ({ ...message, reactions: withReaction(message.reactions, news) }));
    else if (news.type === "reaction.removed") this.#update(news.messageId, (message) => ({ ...message, reactions: withoutReaction(message.reactions, news) }));
    else if (news.type === "room.updated" && news.changes.deletedAt === null) this.#restore(news);
    // What was said just now stands nowhere yet.
    else if ("message" in news && news.type !== "message.posted") this.#replace(news.message.id, excerptOf(news.message.content), () => news.message);
  }

  /** Whoever comes back to a room that is here again needn't hear that it was gone. */
  #restore({ type, room, changes }: RoomEvent & { type: "room.updated" }): void {
    this.#events = this.#events.map(({ roomId, seq, at, actorId, ...event }) => {
      const envelope = { roomId, seq, at, actorId };
      return event.type === "room.deleted" ? { ...envelope, type, room, changes } : { ...envelope, ...event };
    });
  }

  #update(messageId: string, newer: (message: Message) => Message): void {
    this.#events = this.#events.map((event) => ("message" in event && event.message.id === messageId ? { ...event, message: newer(event.message) } : event));
  }

  /** A message's words stand in every event about it, and in what quotes it. */
  #replace(messageId: string, excerpt: string, newer: (message: Message) => Message): void {
    this.#events = this.#events.map((event) => {
      if (!("message" in event)) return event;
      const { message } = event;
      if (message.id === messageId) return { ...event, message: newer(message) };
      return message.replyTo?.id === messageId ? { ...event, message: { ...message, replyTo: { ...message.replyTo, excerpt } } } : event;
    });
  }
}

const wordsOf = (event: RoomEvent): number => ("message" in event ? event.message.content.length : 0);
