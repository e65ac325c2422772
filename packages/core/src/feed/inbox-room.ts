import type { RoomEvent } from "@tertulia/model/events";
import type { Id, Seq } from "@tertulia/model/ids";
import type { Counted, InboxUpdate } from "@tertulia/model/inbox";
import type { Message } from "@tertulia/model/messages";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import type { MyPosition } from "@tertulia/model/reads";
import type { LastMessage } from "@tertulia/model/rooms";
import { excerptOf } from "@tertulia/model/excerpt";
import type { Courier, Lane } from "./courier.ts";
import { Encoded } from "./encoded.ts";
import type { Sink } from "./feed.ts";
import { Paced } from "./paced.ts";
import type { RoomFeed } from "./room-feed.ts";
import { tellEach } from "./tell-each.ts";
import { ToldOfLate } from "./told-of-late.ts";

/** How often a room is told at most. */
const PAUSE_MS = { small: 1_000, large: 2_000 };
const LARGE_FROM_MEMBERS = 1_001;

/** One for all rooms: a node keeps thousands of them. */
const NOBODY: ReadonlySet<string> = new Set();

/** What can't be told from the events alone: read from the database then. */
export interface InboxSource {
  /** The room's newest words. */
  last(): Promise<LastMessage | null>;
  /** What is unread now for those of these members for whom these messages counted, or may count since they were edited. */
  positions(userIds: Id[], messageIds: Id[]): Promise<Map<Id, MyPosition>>;
}

export interface InboxRoomParts {
  source: InboxSource;
  courier: Courier;
  clock: Clock;
  log: Log;
}

/**
 * One room as the inboxes of this node see it: facts that are the same for everyone, encoded once, at most a frame a second.
 * Each client keeps its own numbers from them. A connection that follows the room hears it there, and not here, but for what is counted anew.
 */
export class InboxRoom {
  readonly roomId: Id;
  readonly #parts: InboxRoomParts;
  readonly #feed: RoomFeed;
  readonly #paced: Paced;
  readonly #lane: Lane = [];
  readonly #sinks = new Set<Sink>();
  /** Null of a room that nobody was told of yet: most are as calm as that. */
  #told: ToldOfLate | null = null;
  /** Connections that followed the room when it was told of late, and no longer do. */
  #unfollowed = NOBODY;
  /** The room's newest words; undefined while they aren't known, because nobody listened when they were said, or they were deleted. */
  #last: LastMessage | null | undefined;
  #doubts = 0;
  #counted: Counted[] = [];
  #isDue = false;
  /** Deleted or edited since the last time: they may have been unread, or mention others than before. */
  #recounted = new Set<Id>();

  constructor(feed: RoomFeed, parts: InboxRoomParts) {
    this.roomId = feed.roomId;
    this.#feed = feed;
    this.#parts = parts;
    this.#paced = new Paced(parts.clock, () => void this.#tellActivity());
  }

  get isEmpty(): boolean {
    return this.#sinks.size === 0;
  }

  add(sink: Sink): void {
    this.#sinks.add(sink);
  }

  remove(sink: Sink): void {
    this.#sinks.delete(sink);
    if (this.isEmpty) this.#paced.cancel();
  }

  hear(events: RoomEvent[]): void {
    for (const event of events) this.#note(event);
    if (this.#isDue) this.#tellSoon();
  }

  /** A connection no longer follows the room. Its client heard nothing more there since it said so, and here it was passed over until now. */
  unfollowed(connectionId: string): void {
    if (!this.#told || this.#told.isEmpty) return;
    this.#unfollowed = new Set([...this.#unfollowed, connectionId]);
    this.#tellSoon();
  }

  #tellSoon(): void {
    this.#paced.isDue(this.#feed.memberCount < LARGE_FROM_MEMBERS ? PAUSE_MS.small : PAUSE_MS.large);
  }

  #note(event: RoomEvent): void {
    switch (event.type) {
      case "message.posted":
        this.#count(event.message, event.seq);
        return this.#show(event.message);
      case "run.started":
        // Written anew, it has no words for now.
        if (event.message.variants.length > 0 && (this.#last === undefined || this.#last?.seq === event.message.seq)) this.#doubtLast();
        return;
      case "run.completed":
      case "run.stopped":
      case "run.failed":
        if (!event.quiet) this.#count(event.message, event.seq);
        return this.#showEnded(event.message);
      case "message.edited":
        // It may mention others than before.
        this.#recounted.add(event.message.id);
        this.#isDue = true;
        if (this.#last === undefined) this.#doubtLast();
        else if (this.#last?.seq === event.message.seq) this.#show(event.message);
        return;
      case "variant.chosen":
        return this.#showEnded(event.message);
      case "message.deleted":
        this.#recounted.add(event.messageId);
        return this.#doubtLast();
      case "room.updated":
        return this.#tell({ type: "room.changed", room: event.room });
      case "room.deleted":
        return this.#tell({ type: "room.left", roomId: this.roomId });
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
    // Told late, it may be being written anew.
    if (this.#last === undefined || message.status === "streaming") this.#doubtLast();
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

  async #tellActivity(): Promise<void> {
    try {
      const last = await this.#knownLast();
      if (this.#unfollowed.size > 0) this.#tellAgain(last);
      if (this.#isDue) this.#tellNews(last);
      if (this.#recounted.size > 0) await this.#tellPositions();
    } catch (error) {
      this.#parts.log.warn({ roomId: this.roomId, err: error }, "Inboxes could not be told of a room.");
      this.#isDue = true;
      if (!this.isEmpty) this.#tellSoon();
    }
  }

  /** Read again if something happened meanwhile that the read may not have seen. */
  async #knownLast(): Promise<LastMessage | null> {
    while (this.#last === undefined) {
      const doubts = this.#doubts;
      const read = await this.#parts.source.last();
      if (this.#last === undefined && this.#doubts === doubts) this.#last = read;
    }
    return this.#last;
  }

  /** What was told of late, and what is new: what they hear next begins after that. */
  #tellAgain(last: LastMessage | null): void {
    const unfollowed = this.#unfollowed;
    this.#unfollowed = NOBODY;
    this.#tell(this.#activity(last, [...(this.#told?.counted ?? []), ...this.#counted]), ({ connectionId }) => unfollowed.has(connectionId));
  }

  #tellNews(last: LastMessage | null): void {
    const counted = this.#counted;
    this.#counted = [];
    this.#isDue = false;
    this.#told ??= new ToldOfLate(this.#parts.clock);
    this.#told.add(counted);
    this.#tell(this.#activity(last, counted), ({ connectionId }) => !this.#feed.isFollowedBy(connectionId) && !this.#unfollowed.has(connectionId));
  }

  /** Taken in the same breath as the head: what counts after it belongs to the next frame. */
  #activity(last: LastMessage | null, counted: Counted[]): InboxUpdate {
    return { type: "room.activity", roomId: this.roomId, headSeq: this.#feed.head, last, counted };
  }

  /** Only a fresh count knows what is unread now; also for those who follow the room, since that shows neither its threads nor whom a message mentioned before. */
  async #tellPositions(): Promise<void> {
    const positions = await this.#positions();
    this.#carry((sink) => {
      const position = positions.get(sink.actor.user.id);
      return position ? new Encoded({ kind: "inbox", items: [{ type: "room.position", ...position }] }) : null;
    });
  }

  async #positions(): Promise<Map<Id, MyPosition>> {
    const recounted = this.#recounted;
    this.#recounted = new Set();
    try {
      return await this.#parts.source.positions([...new Set([...this.#sinks].map(({ actor }) => actor.user.id))], [...recounted]);
    } catch (error) {
      for (const messageId of recounted) this.#recounted.add(messageId);
      throw error;
    }
  }

  #tell(update: InboxUpdate, concerns: (sink: Sink) => boolean = () => true): void {
    const encoded = new Encoded({ kind: "inbox", items: [update] });
    this.#carry((sink) => (concerns(sink) ? encoded : null));
  }

  #carry(frameFor: (sink: Sink) => Encoded | null): void {
    this.#parts.courier.carry(this.#lane, tellEach(this.#sinks, frameFor));
  }
}
