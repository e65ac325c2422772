import type { RoomEvent } from "@tertulia/model/events";
import type { Seq } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { Encoded } from "./encoded.ts";
import type { Sink } from "./feed.ts";
import { Follower, Followers } from "./follower.ts";

export class MessageFollower extends Follower<RoomEvent> {
  /** The last seq written to it. */
  seen: Seq = 0;
}

/** Those on this node who follow a room's messages, each from its own place in the log. */
export class MessageFollowers extends Followers<MessageFollower> {
  /** How many of a connection's follows are of this room. */
  readonly #byConnection = new Map<string, number>();
  readonly #unfollowed: (connectionId: string) => void;

  /** `unfollowed` is told of each connection that has none left. */
  constructor(unfollowed: (connectionId: string) => void) {
    super();
    this.#unfollowed = unfollowed;
  }

  override add(follower: MessageFollower): void {
    super.add(follower);
    this.#count(follower.sink, +1);
  }

  override remove(follower: MessageFollower): boolean {
    const wasThere = super.remove(follower);
    if (wasThere) this.#count(follower.sink, -1);
    return wasThere;
  }

  areOn(connectionId: string): boolean {
    return this.#byConnection.has(connectionId);
  }

  /** A round: events that follow each other go to everyone, encoded once for all who have heard the one before. */
  *tell(events: RoomEvent[]): Generator<void> {
    const first = events[0]?.seq ?? 0;
    const last = events.at(-1)?.seq ?? 0;
    const encoded = new Encoded({ kind: "messages", id: last, items: events });
    for (const follower of this) {
      if (follower.held) this.#hold(follower, follower.held, events);
      else if (follower.seen === first - 1) {
        this.deliver(encoded, follower);
        follower.seen = last;
      } else this.#tellUnseen(follower, events);
      yield;
    }
  }

  /** Who takes longer for what it missed than the room for as much again is too slow for it. */
  #hold(follower: MessageFollower, held: RoomEvent[], events: RoomEvent[]): void {
    held.push(...events);
    if (held.length > limits.eventsPerResume) this.letGo(follower, "slow");
  }

  /** Its user was a member at this seq, and what it missed up to there has been written. */
  goLive(follower: MessageFollower, head: Seq): void {
    follower.seen = head;
    const { held, end } = follower.goesLive(head);
    this.#tellUnseen(follower, held);
    if (end !== null) this.letGo(follower, end);
  }

  #tellUnseen(follower: MessageFollower, events: RoomEvent[]): void {
    const items = events.filter(({ seq }) => seq > follower.seen);
    const [first, last] = [items.at(0)?.seq, items.at(-1)?.seq];
    if (first === undefined || last === undefined) return;
    // A round that brought what is between didn't reach it: it comes back for that.
    if (first > follower.seen + 1) return this.letGo(follower, "broken");
    this.deliver(new Encoded({ kind: "messages", id: last, items }), follower);
    follower.seen = last;
  }

  #count({ connectionId }: Sink, change: number): void {
    const count = (this.#byConnection.get(connectionId) ?? 0) + change;
    if (count > 0) {
      this.#byConnection.set(connectionId, count);
      return;
    }
    this.#byConnection.delete(connectionId);
    this.#unfollowed(connectionId);
  }
}
