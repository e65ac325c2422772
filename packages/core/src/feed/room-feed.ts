import type { RunDelta } from "@tertulia/model/assistants";
import type { Reset, RoomEvent } from "@tertulia/model/events";
import type { Id, Seq } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { RoomNote } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import type { Typing } from "@tertulia/model/typing";
import { EVENTS_PER_PART, inParts, stretchesOf, takesARightAway } from "./batches.ts";
import { Busyness } from "./busyness.ts";
import type { Courier, Lane } from "./courier.ts";
import { Encoded } from "./encoded.ts";
import { EventRing } from "./event-ring.ts";
import { type FadingFollower, FadingFollowers, type FadingKind } from "./fading-followers.ts";
import type { Sink } from "./feed.ts";
import { MessageFollower, MessageFollowers } from "./message-followers.ts";

/** Reads a stretch of the room's log: the events after a seq, at most `limit`. */
export type ReadLog = (after: Seq, limit: number) => Promise<RoomEvent[]>;

/** Someone on this node who wants to know of the room's events without following them word by word: the inbox. */
export interface RoomWatcher {
  hear(events: RoomEvent[]): void;
  /** A connection doesn't follow the room any more. */
  unfollowed(connectionId: string): void;
}

/** The room as it is when its feed opens. */
export interface RoomFacts {
  roomId: Id;
  head: Seq;
  memberCount: number;
}

/** What a feed is given. */
export interface RoomFeedParts {
  readLog: ReadLog;
  courier: Courier;
  clock: Clock;
  log: Log;
}

/** Some of what someone has missed: no more than is written in one go. */
interface Part {
  encoded: Encoded;
  last: Seq;
}

const EVENTS_PER_READ = 500;
const PAGES_KEPT = 32;
const PAGE_KEPT_MS = 1_000;
/** A busy room's events wait this long for others to travel with: twice as long as the room took to be told, so that telling takes a third of the time. */
const MERGED_WITHIN_MS = { least: 8, most: 25 };

/**
 * One followed room on this node. The log is the truth and the bus a doorbell: holes in what is heard are read from the log once,
 * for all. Every event is encoded once per dialect and written to all sinks, in seq order: in the next turn while the room is calm; past 50 a second,
 * or while the last ones are still on their way to some, with what came meanwhile.
 */
export class RoomFeed {
  readonly roomId: Id;
  readonly #parts: RoomFeedParts;
  readonly #ring = new EventRing();
  readonly #lane: Lane = [];
  readonly #followers = new MessageFollowers((connectionId) => {
    for (const watcher of this.#watchers) watcher.unfollowed(connectionId);
  });
  readonly #fading: FadingFollowers;
  readonly #watchers = new Set<RoomWatcher>();
  #memberCount: number;
  readonly #busyness = new Busyness();
  #head: Seq;
  /** How far the log is known to reach while a hole is being read. */
  #wanted: Seq = 0;
  #isFilling = false;
  /** Passed, and not yet on their way to the followers. */
  #untold: RoomEvent[] = [];
  /** Rounds that aren't done. */
  #telling = 0;
  /** How long everyone took to be told the last time. */
  #roundMs = 0;
  #isMerging = false;
  /** What those miss who come back within a second from the same place, page by page: read and encoded once, and forgotten with the next event. */
  readonly #pages = new Map<string, Promise<Part[] | null>>();

  constructor({ roomId, head, memberCount }: RoomFacts, parts: RoomFeedParts) {
    this.roomId = roomId;
    this.#head = head;
    this.#memberCount = memberCount;
    this.#parts = parts;
    this.#fading = new FadingFollowers(roomId, parts.courier, this.#lane, parts.clock);
  }

  get head(): Seq {
    return this.#head;
  }

  /** How many sit in the room, here and elsewhere. */
  get memberCount(): number {
    return this.#memberCount;
  }

  get followers(): number {
    return this.#followers.size;
  }

  /** Whether anyone here follows how its people are. */
  get showsPresence(): boolean {
    return this.#fading.has("presence");
  }

  get typists(): Typing[] {
    return this.#fading.typists;
  }

  isFollowedBy(connectionId: string): boolean {
    return this.#followers.areOn(connectionId);
  }

  hear(note: RoomNote): void {
    if (note.kind === "events") this.#hearEvents(note.firstSeq, note.events);
    else if (note.kind === "grown") this.learnHead(note.headSeq);
    else this.#fading.hear(note);
  }

  tellRuns(items: RunDelta[]): void {
    this.#fading.tellRuns(items);
  }

  /** The log's head as the database says it: a lost last doorbell is found by it. */
  learnHead(head: Seq): void {
    if (head > this.#head) this.#fill(head);
  }

  watch(watcher: RoomWatcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /**
   * Registers a follower of what fades by itself, so that it is let go with its user's membership. Nothing is written before `goLive`, which
   * takes the state as it was read since, if it is to be told, and the head at which its user was a member.
   */
  addFading(kind: FadingKind | "everything", sink: Sink): { goLive(state: Encoded | null, head: Seq): void; leave(): void } {
    const follower: FadingFollower = this.#fading.add(kind, sink);
    return {
      goLive: (state, head) => this.#fading.goLive(kind, follower, state, head),
      leave: () => this.#fading.remove(kind, follower),
    };
  }

  /** Registers a follower before its backlog is read. Until `goLive`, which takes the head at which its user was a member, live events are held for it. It answers whether it had to begin afresh. */
  addFollower(sink: Sink): { goLive(after: Seq | null, head: Seq): Promise<{ isReset: boolean }>; leave(): void } {
    const follower = new MessageFollower(sink);
    this.#followers.add(follower);
    return {
      goLive: (after, head) => this.#goLive(follower, after, head),
      leave: () => this.#followers.remove(follower),
    };
  }

  close(): void {
    this.#fading.close();
  }

  async #goLive(follower: MessageFollower, after: Seq | null, head: Seq): Promise<{ isReset: boolean }> {
    const isReset = after !== null && !(await this.#writeMissed(follower, after, head));
    if (!this.#followers.has(follower)) return { isReset };
    if (after === null) this.#followers.deliver(new Encoded({ kind: "messages", id: head, items: [] }), follower);
    else if (isReset) this.#followers.deliver(new Encoded({ kind: "messages", id: head, items: [this.#reset(after, head)] }), follower);
    // Nothing is awaited from here on, so no event can slip in between.
    if (this.#followers.has(follower)) this.#followers.goLive(follower, head);
    return { isReset };
  }

  /**
   * What was missed, part by part: each is made when the one before it has been taken, so that a reader has one of them on its way, and not 30 MB.
   * Nothing beyond the head: the follower may have been put out since. Answers false if it is too much or no longer kept whole.
   */
  async #writeMissed(follower: MessageFollower, after: Seq, head: Seq): Promise<boolean> {
    if (after > head || head - after > limits.eventsPerResume) return false;
    for (let seq = after; seq < head; ) {
      const page = await this.#sharedPage(seq, head);
      if (!page) return false;
      for (const { encoded, last } of page) {
        await this.#parts.courier.carryHeavy(() => this.#followers.has(follower) && encoded.writeAsBacklogTo(follower.sink));
        seq = last;
        if (seq < head) await follower.sink.backlogTaken?.();
        if (!this.#followers.has(follower)) return true;
      }
    }
    return true;
  }

  #sharedPage(after: Seq, head: Seq): Promise<Part[] | null> {
    const place = `${after} ${head}`;
    const known = this.#pages.get(place);
    if (known) return known;
    const page = this.#page(after, head);
    this.#pages.set(place, page);
    const forget = () => this.#pages.get(place) === page && this.#pages.delete(place);
    const { loop } = this.#parts.courier;
    // Those who come back are spread over many turns; but from many places they'd fill the memory.
    page.then(() => (this.#pages.size > PAGES_KEPT ? loop.nextTurn(forget) : loop.after(PAGE_KEPT_MS, forget)), forget);
    return page;
  }

  /** The next events after a seq, in one part or, if they are long, in several; null if they aren't kept any more. */
  async #page(after: Seq, head: Seq): Promise<Part[] | null> {
    const most = Math.min(EVENTS_PER_PART, head - after);
    const recent = this.#ring.after(after);
    const events = recent && (recent.at(-1)?.seq ?? after) >= head ? recent.slice(0, most) : await this.#parts.readLog(after, most);
    if (events[0]?.seq !== after + 1) return null;
    return inParts(events).map((items) => {
      const last = items.at(-1)?.seq ?? head;
      return { encoded: new Encoded({ kind: "messages", id: last, items }), last };
    });
  }

  #reset(after: Seq, head: Seq): Reset {
    return { type: "reset", roomId: this.roomId, reason: after > head ? "AHEAD_OF_LOG" : "TOO_FAR_BEHIND", headSeq: head };
  }

  #hearEvents(firstSeq: Seq, events: RoomEvent[]): void {
    const last = firstSeq + events.length - 1;
    if (last <= this.#head) return;
    if (this.#isFilling || firstSeq > this.#head + 1) this.#fill(last);
    else this.#pass(events.filter(({ seq }) => seq > this.#head));
  }

  /** Reads from the log what the bus didn't bring, once for everyone. If the log can't be read now, the next doorbell or head check tries again. */
  #fill(upTo: Seq): void {
    this.#wanted = Math.max(this.#wanted, upTo);
    if (!this.#isFilling) void this.#readUpToWanted();
  }

  async #readUpToWanted(): Promise<void> {
    this.#isFilling = true;
    try {
      while (this.#head < this.#wanted) {
        const events = await this.#parts.readLog(this.#head, EVENTS_PER_READ);
        if (events.length === 0) return;
        this.#pass(events);
      }
    } catch (error) {
      this.#parts.log.warn({ roomId: this.roomId, head: this.#head, err: error }, "A hole in a room's feed could not be read.");
    } finally {
      // In the same breath as the last look at what is wanted, so that no doorbell rings unheard between the two.
      this.#isFilling = false;
    }
  }

  /** Events that follow each other, and the head: from here on they are the room's newest for everyone on this node. */
  #pass(events: RoomEvent[]): void {
    this.#ring.push(events);
    this.#head = events.at(-1)?.seq ?? this.#head;
    this.#pages.clear();
    this.#untold.push(...events);
    for (const event of events) if ("memberCount" in event) this.#memberCount = event.memberCount;
    for (const watcher of this.#watchers) watcher.hear(events);
    const isBusy = this.#busyness.isBusyWith(events.length, this.#parts.courier.loop.now());
    // Who is put out hears nothing that is told after, of any kind: that waits for nothing but what was told before.
    if (events.some(takesARightAway)) this.#sendUntold();
    else if (!this.#isMerging) this.#tellSoon(isBusy);
  }

  /** A calm room is told in the next turn: whoever posted has their answer before, and what one flight stored of a room travels together. */
  #tellSoon(isBusy: boolean): void {
    const { loop } = this.#parts.courier;
    this.#isMerging = true;
    const tell = () => {
      this.#isMerging = false;
      this.#tellUntold();
    };
    if (isBusy) loop.after(Math.min(Math.max(2 * this.#roundMs, MERGED_WITHIN_MS.least), MERGED_WITHIN_MS.most), tell);
    else loop.nextTurn(tell);
  }

  /** Sends off what has gathered; while others are on their way it gathers on. */
  #tellUntold(): void {
    if (this.#telling === 0 && this.#untold.length > 0) this.#sendUntold();
  }

  #sendUntold(): void {
    this.#telling++;
    const events = this.#untold;
    this.#untold = [];
    this.#parts.courier.carry(this.#lane, this.#tell(events));
  }

  /** A round. What ends a follower's right ends a stretch: nothing after it reaches them. */
  *#tell(events: RoomEvent[]): Generator<void> {
    const { loop } = this.#parts.courier;
    const began = loop.now();
    try {
      for (const stretch of stretchesOf(events)) {
        for (const part of inParts(stretch)) yield* this.#followers.tell(part);
        const last = stretch.at(-1);
        if (last?.type === "member.left") yield* this.#putOut(last.seq, "left", ({ actor }) => actor.user.id === last.user.id);
        if (last?.type === "room.deleted") yield* this.#putOut(last.seq, "deleted", () => true);
      }
    } finally {
      this.#roundMs = loop.now() - began;
      this.#telling--;
      if (!this.#isMerging) this.#tellUntold();
    }
  }

  *#putOut(...out: Parameters<FadingFollowers["putOut"]>): Generator<void> {
    yield* this.#followers.putOut(...out);
    yield* this.#fading.putOut(...out);
  }
}
