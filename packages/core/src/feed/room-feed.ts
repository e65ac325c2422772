import type { RunDelta } from "@tertulia/model/assistants";
import type { FollowedEvent, Reset, RoomEvent } from "@tertulia/model/events";
import type { Id, Seq } from "@tertulia/model/ids";
import { limits } from "@tertulia/model/limits";
import type { RoomNote } from "@tertulia/model/ports/bus";
import type { Log } from "@tertulia/model/ports/log";
import type { Typing } from "@tertulia/model/typing";
import { Encoded } from "./encoded.ts";
import { EventRing } from "./event-ring.ts";
import type { Batch, Sink, SinkEnd } from "./feed.ts";

/** Reads a stretch of the room's log: the events after a seq, at most `limit`. */
export type ReadLog = (after: Seq, limit: number) => Promise<RoomEvent[]>;

/** Someone on this node who wants to know of the room's events without following them word by word: the inbox. */
export type RoomWatcher = (events: RoomEvent[], feed: RoomFeed) => void;

/** A follower of the messages: held back while its backlog is read, then live. `seen` is the last seq written to it. */
interface Follower {
  sink: Sink;
  seen: Seq;
  held: RoomEvent[] | null;
}

/** A follower of what fades by itself: registered, so that it can be let go; held back while the state now is read; then live. */
interface FadingFollower {
  sink: Sink;
  held: Encoded[] | null;
}

export type FadingKind = "reads" | "typing" | "presence" | "runs";

const EVENTS_PER_READ = 500;
const EVENTS_PER_FRAME = 100;

/**
 * One followed room on this node (design §4). The log is the truth and the bus a doorbell: holes in what is heard are read from the log once,
 * for all. Every event is encoded once per dialect and written to all sinks, in seq order.
 */
export class RoomFeed {
  readonly roomId: Id;
  readonly #readLog: ReadLog;
  readonly #log: Log;
  readonly #ring = new EventRing();
  readonly #followers = new Set<Follower>();
  readonly #fading: Record<FadingKind, Set<FadingFollower>> = { reads: new Set(), typing: new Set(), presence: new Set(), runs: new Set() };
  readonly #watchers = new Set<RoomWatcher>();
  readonly #typists = new Map<Id, Typing>();
  #head: Seq;
  /** How far the log is known to reach while a hole is being read. */
  #wanted: Seq = 0;
  #isFilling = false;

  constructor(roomId: Id, head: Seq, readLog: ReadLog, log: Log) {
    this.roomId = roomId;
    this.#log = log;
    this.#head = head;
    this.#readLog = readLog;
  }

  get head(): Seq {
    return this.#head;
  }

  get followers(): number {
    return this.#followers.size;
  }

  get typists(): Typing[] {
    return [...this.#typists.values()];
  }

  isFollowedBy(connectionId: string): boolean {
    for (const { sink } of this.#followers) if (sink.connectionId === connectionId) return true;
    return false;
  }

  hear(note: RoomNote): void {
    switch (note.kind) {
      case "events":
        return this.#hearEvents(note.firstSeq, note.events);
      case "typing":
        if (note.typing.typing) this.#typists.set(note.typing.userId, note.typing);
        else this.#typists.delete(note.typing.userId);
        return this.#tell({ kind: "typing", items: [note.typing] }, ({ actor }) => actor.user.id !== note.typing.userId);
      case "reads":
        return this.#tell({ kind: "reads", items: [note.position] });
      case "presence":
        return this.#tell({ kind: "presence", items: [note.presence] });
      case "delta":
        return this.tellRuns([note.delta]);
    }
  }

  tellRuns(items: RunDelta[]): void {
    this.#tell({ kind: "runs", items });
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
   * Registers a follower of what fades by itself, so that it is let go with its user's membership at once. Nothing is written before `goLive`,
   * which takes the state as it was read since: what was told meanwhile comes after it, or an older state would have the last word.
   */
  addFading(kind: FadingKind, sink: Sink): { goLive(state: Batch): void; leave(): void } {
    const follower: FadingFollower = { sink, held: [] };
    const followers = this.#fading[kind];
    followers.add(follower);
    return {
      goLive: (state) => {
        const held = follower.held ?? [];
        follower.held = null;
        for (const encoded of [new Encoded(state), ...held]) if (followers.has(follower)) this.#deliver(encoded, sink);
      },
      leave: () => followers.delete(follower),
    };
  }

  /** Registers a follower before its backlog is read, so that nothing falls between the two. Until `goLive`, live events are held for it. */
  addFollower(sink: Sink): { goLive(after: Seq | null, head: Seq): Promise<void>; leave(): void } {
    const follower: Follower = { sink, seen: 0, held: [] };
    this.#followers.add(follower);
    return {
      goLive: (after, head) => this.#goLive(follower, after, head),
      leave: () => this.#followers.delete(follower),
    };
  }

  async #goLive(follower: Follower, after: Seq | null, head: Seq): Promise<void> {
    const { sink } = follower;
    follower.seen = head;
    if (after === null) this.#write(sink, { kind: "messages", id: head, items: [] });
    else {
      const backlog = await this.#backlog(after, head);
      if (backlog === null) this.#write(sink, { kind: "messages", id: head, items: [this.#reset(after, head)] });
      else {
        follower.seen = head;
        for (const items of partsOf(backlog)) new Encoded({ kind: "messages", id: items.at(-1)?.seq ?? head, items }).writeAsBacklogTo(sink);
      }
    }
    // Nothing is awaited from here on, so no event can slip in between.
    const held = follower.held ?? [];
    follower.held = null;
    if (this.#followers.has(follower)) this.#writeEvents(follower, held);
  }

  /** What was missed, or null if it is too much or no longer kept whole. Nothing beyond the head: the follower may have been put out since. */
  async #backlog(after: Seq, head: Seq): Promise<RoomEvent[] | null> {
    if (after > head || head - after > limits.eventsPerResume) return null;
    const recent = this.#ring.after(after);
    if (recent && (recent.at(-1)?.seq ?? after) >= head) return recent.filter(({ seq }) => seq <= head);
    const events: RoomEvent[] = [];
    for (let seq = after; seq < head; seq = events.at(-1)?.seq ?? head) {
      const more = await this.#readLog(seq, Math.min(EVENTS_PER_READ, head - seq));
      if (more[0]?.seq !== seq + 1) return null;
      events.push(...more);
    }
    return events;
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
        const events = await this.#readLog(this.#head, EVENTS_PER_READ);
        if (events.length === 0) return;
        this.#pass(events);
      }
    } catch (error) {
      this.#log.warn({ roomId: this.roomId, head: this.#head, err: error }, "A hole in a room's feed could not be read.");
    } finally {
      // In the same breath as the last look at what is wanted, so that no doorbell rings unheard between the two.
      this.#isFilling = false;
    }
  }

  /** Gives events that follow each other, and the head, to everyone. What ends a follower's right ends a stretch: nothing after it reaches them. */
  #pass(events: RoomEvent[]): void {
    for (const stretch of stretchesOf(events)) {
      const last = stretch.at(-1);
      if (!last) continue;
      this.#ring.push(stretch);
      this.#head = last.seq;
      this.#writeToFollowers(stretch);
      for (const watcher of this.#watchers) watcher(stretch, this);
      if (last.type === "member.left") this.#letGo("left", ({ actor }) => actor.user.id === last.user.id);
      if (last.type === "room.deleted") this.#letGo("deleted", () => true);
    }
  }

  #writeToFollowers(events: RoomEvent[]): void {
    const first = events[0]?.seq ?? 0;
    const encoded = new Encoded({ kind: "messages", id: this.#head, items: events });
    for (const follower of this.#followers) {
      if (follower.held) follower.held.push(...events);
      else if (follower.seen === first - 1) {
        follower.seen = this.#head;
        this.#deliver(encoded, follower.sink);
      } else this.#writeEvents(follower, events);
    }
  }

  #writeEvents(follower: Follower, events: RoomEvent[]): void {
    const unseen: FollowedEvent[] = events.filter(({ seq }) => seq > follower.seen);
    const last = events.at(-1)?.seq ?? 0;
    if (unseen.length === 0 || last <= follower.seen) return;
    follower.seen = last;
    this.#write(follower.sink, { kind: "messages", id: last, items: unseen });
  }

  #tell(batch: Batch & { kind: FadingKind }, concerns: (sink: Sink) => boolean = () => true): void {
    const encoded = new Encoded(batch);
    for (const { sink, held } of this.#fading[batch.kind]) {
      if (!concerns(sink)) continue;
      if (held) held.push(encoded);
      else this.#deliver(encoded, sink);
    }
  }

  #write(sink: Sink, batch: Batch): void {
    this.#deliver(new Encoded(batch), sink);
  }

  #deliver(encoded: Encoded, sink: Sink): void {
    if (encoded.writeTo(sink) === "slow") this.#letGo("slow", (other) => other.connectionId === sink.connectionId);
  }

  #letGo(end: SinkEnd, concerns: (sink: Sink) => boolean): void {
    letGoFrom(this.#followers, end, concerns);
    for (const followers of Object.values(this.#fading)) letGoFrom(followers, end, concerns);
  }
}

function letGoFrom<F extends { sink: Sink }>(followers: Set<F>, end: SinkEnd, concerns: (sink: Sink) => boolean): void {
  for (const follower of followers) {
    if (!concerns(follower.sink)) continue;
    followers.delete(follower);
    follower.sink.ended(end);
  }
}

/** A long backlog goes out in several frames, so that no single one holds up everything behind it. */
function partsOf(events: RoomEvent[]): RoomEvent[][] {
  return Array.from({ length: Math.ceil(events.length / EVENTS_PER_FRAME) }, (_, part) => events.slice(part * EVENTS_PER_FRAME, (part + 1) * EVENTS_PER_FRAME));
}

/** Cuts behind each event that takes a right away. */
function stretchesOf(events: RoomEvent[]): RoomEvent[][] {
  const stretches: RoomEvent[][] = [[]];
  for (const event of events) {
    stretches.at(-1)?.push(event);
    if (event.type === "member.left" || event.type === "room.deleted") stretches.push([]);
  }
  return stretches.filter((stretch) => stretch.length > 0);
}
