import type { RoomEvent } from "@tertulia/model/events";
import type { Id, Seq } from "@tertulia/model/ids";
import type { Counted, InboxUpdate } from "@tertulia/model/inbox";
import type { Message } from "@tertulia/model/messages";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import type { MyPosition } from "@tertulia/model/reads";
import type { LastMessage } from "@tertulia/model/rooms";
import { excerptOf } from "@tertulia/model/excerpt";
import { Encoded } from "./encoded.ts";
import type { Sink } from "./feed.ts";
import type { RoomFeed } from "./room-feed.ts";

const FRAMES_AT_MOST_EVERY_MS = 1_000;

/** What can't be told from the events alone: read from the database then. */
export interface InboxSource {
  /** The room's newest words. */
  last(): Promise<LastMessage | null>;
  /** What is unread for each of these members now. */
  positions(userIds: Id[]): Promise<Map<Id, MyPosition>>;
}

/**
 * One room as the inboxes of this node see it: facts that are the same for everyone, encoded once, at most a frame a second (design §4).
 * Each client keeps its own numbers from them. A connection that follows the room hears it there, and not here.
 */
export class InboxRoom {
  readonly roomId: Id;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #source: InboxSource;
  readonly #sinks = new Set<Sink>();
  /** The room's newest words; undefined while they aren't known, because nobody listened when they were said, or they were deleted. */
  #last: LastMessage | null | undefined;
  #doubts = 0;
  #counted: Counted[] = [];
  #isDue = false;
  /** What was deleted may have been unread. */
  #countsAreOld = false;
  #quietUntil = 0;
  #cancel: (() => void) | null = null;

  constructor(roomId: Id, source: InboxSource, { clock, log }: { clock: Clock; log: Log }) {
    this.roomId = roomId;
    this.#clock = clock;
    this.#log = log;
    this.#source = source;
  }

  get isEmpty(): boolean {
    return this.#sinks.size === 0;
  }

  add(sink: Sink): void {
    this.#sinks.add(sink);
  }

  remove(sink: Sink): void {
    this.#sinks.delete(sink);
    if (this.isEmpty) this.#cancel?.();
  }

  hear(events: RoomEvent[], feed: RoomFeed): void {
    for (const event of events) this.#note(event, feed);
    if (!this.#isDue || this.#cancel) return;
    const wait = this.#quietUntil - this.#clock.now();
    if (wait <= 0) this.#tellSoon(feed);
    else this.#cancel = this.#clock.after(wait, () => this.#tellSoon(feed));
  }

  #note(event: RoomEvent, feed: RoomFeed): void {
    switch (event.type) {
      case "run.stopped":
        // An answer stopped before its first word is nothing to read.
        if (event.message.content !== "") this.#count(event.message, event.seq);
        return this.#showEnded(event.message);
      case "message.posted":
        this.#count(event.message, event.seq);
        return this.#show(event.message);
      case "run.completed":
      case "run.failed":
        this.#count(event.message, event.seq);
        return this.#showEnded(event.message);
      case "message.edited":
        // It may mention others than before.
        this.#countsAreOld = true;
        this.#isDue = true;
        if (this.#last === undefined) this.#doubtLast();
        else if (this.#last?.seq === event.message.seq) this.#show(event.message);
        return;
      case "message.deleted":
        this.#countsAreOld = true;
        return this.#doubtLast();
      case "room.updated":
        return this.#tell({ type: "room.changed", room: event.room }, feed, true);
      case "room.deleted":
        return this.#tell({ type: "room.left", roomId: this.roomId }, feed, true);
      default:
    }
  }

  #count(message: Message, seq: Seq): void {
    const counted: Counted = { seq, authorId: message.author.id, mentions: message.mentions };
    if (message.mentionsRoom) counted.mentionsRoom = true;
    // A reply in a thread concerns those it mentions alone.
    if (message.threadRootId !== null) counted.inThread = true;
    if (message.threadRootId !== null && message.mentions.length === 0) return;
    this.#counted.push(counted);
    this.#isDue = true;
  }

  /** An answer has its place since it began: others may have spoken after it. */
  #showEnded(message: Message): void {
    if (message.threadRootId !== null) return;
    this.#isDue = true;
    if (this.#last === undefined) this.#doubtLast();
    else if (this.#last === null || this.#last.seq <= message.seq) this.#show(message);
  }

  #doubtLast(): void {
    this.#isDue = true;
    this.#last = undefined;
    this.#doubts++;
  }

  #show(message: Message): void {
    if (message.threadRootId !== null) return;
    this.#isDue = true;
    this.#last = { seq: message.seq, author: message.author, excerpt: excerptOf(message.content), at: message.createdAt };
  }

  #tellSoon(feed: RoomFeed): void {
    this.#tellActivity(feed).catch((error: unknown) => this.#log.warn({ roomId: this.roomId, err: error }, "Inboxes could not be told of a room."));
  }

  async #tellActivity(feed: RoomFeed): Promise<void> {
    this.#cancel = null;
    this.#isDue = false;
    this.#quietUntil = this.#clock.now() + FRAMES_AT_MOST_EVERY_MS;
    const last = await this.#knownLast();
    // In the same breath as the head: what counts after it belongs to the next frame.
    const counted = this.#counted;
    this.#counted = [];
    this.#tell({ type: "room.activity", roomId: this.roomId, headSeq: feed.head, last, counted }, feed, false);
    if (!this.#countsAreOld) return;
    this.#countsAreOld = false;
    await this.#tellPositions(feed);
  }

  /** Read again if something happened meanwhile that the read may not have seen. */
  async #knownLast(): Promise<LastMessage | null> {
    while (this.#last === undefined) {
      const doubts = this.#doubts;
      const read = await this.#source.last();
      if (this.#last === undefined && this.#doubts === doubts) this.#last = read;
    }
    return this.#last;
  }

  /** What was deleted may have been unread: only a fresh count knows for whom. */
  async #tellPositions(feed: RoomFeed): Promise<void> {
    const positions = await this.#source.positions([...new Set([...this.#sinks].map(({ actor }) => actor.user.id))]);
    for (const sink of this.#sinks) {
      const position = positions.get(sink.actor.user.id);
      if (position && !feed.isFollowedBy(sink.connectionId)) this.#write(sink, new Encoded({ kind: "inbox", items: [{ type: "room.position", ...position }] }));
    }
  }

  #tell(update: InboxUpdate, feed: RoomFeed, toFollowersToo: boolean): void {
    const encoded = new Encoded({ kind: "inbox", items: [update] });
    for (const sink of this.#sinks) {
      if (!toFollowersToo && feed.isFollowedBy(sink.connectionId)) continue;
      this.#write(sink, encoded);
    }
  }

  #write(sink: Sink, encoded: Encoded): void {
    if (encoded.writeTo(sink) === "slow") sink.ended("slow");
  }
}
