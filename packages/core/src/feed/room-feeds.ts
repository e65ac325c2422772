import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { Bus, RoomNote } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import { type Kysely, sql } from "kysely";
import { OnceMore } from "../once-more.ts";
import { Courier } from "./courier.ts";
import { loadEvents } from "./load-events.ts";
import { type ReadLog, type RoomFacts, RoomFeed } from "./room-feed.ts";

/** A node that hears the others can't know that one of them is cut off and isn't heard: its words are to be seen here within 3 s all the same. */
const HEADS_CHECKED_EVERY_MS = { heard: 2_000, unheard: 1_000 };
const LOOKS_EVERY_MS = 250;

interface OpenFeed {
  opening: Promise<RoomFeed>;
  /** Null until it is open. */
  feed: RoomFeed | null;
  users: number;
  close: () => void;
}

export interface RoomFeedsParts {
  db: Kysely<Tables>;
  bus: Bus;
  clock: Clock;
  log: Log;
}

/** The rooms followed on this node: one feed each, opened by the first who follows and closed by the last who leaves. */
export class RoomFeeds {
  readonly courier: Courier;
  readonly #parts: RoomFeedsParts;
  readonly #open = new Map<Id, OpenFeed>();
  /** One at a time. What is asked for during one is done after it: it may have read the heads already. */
  readonly #checking = new OnceMore(() => this.#checkHeads());
  readonly #unlistenMissed: () => void;
  #cancelLook: () => void;
  #checkedAt: number;
  #wasUp: boolean;

  constructor(parts: RoomFeedsParts, courier = new Courier(parts.log)) {
    this.#parts = parts;
    this.courier = courier;
    this.#checkedAt = parts.clock.monotonic();
    this.#wasUp = parts.bus.isUp;
    this.#cancelLook = this.#lookLater();
    this.#unlistenMissed = parts.bus.onMissed(() => void this.#checking.ask());
  }

  /** How many rooms are followed here, and by how many sinks of their messages. */
  count(): { rooms: number; followers: number } {
    let followers = 0;
    for (const { feed } of this.#open.values()) followers += feed?.followers ?? 0;
    return { rooms: this.#open.size, followers };
  }

  /** The feeds that are open now. */
  get opened(): RoomFeed[] {
    return [...this.#open.values()].flatMap(({ feed }) => feed ?? []);
  }

  /** The feeds of these rooms, in the order asked, opened together if need be. Each use ends with `release`. */
  async use(roomIds: Id[]): Promise<RoomFeed[]> {
    const missing = roomIds.filter((roomId) => !this.#open.has(roomId));
    if (missing.length > 0) this.#openAll([...new Set(missing)]);
    const used = roomIds.map((roomId) => this.#mustBeOpen(roomId));
    for (const open of used) open.users++;
    try {
      return await Promise.all(used.map(({ opening }) => opening));
    } catch (error) {
      for (const roomId of roomIds) this.release(roomId);
      throw error;
    }
  }

  release(roomId: Id): void {
    const open = this.#open.get(roomId);
    if (!open || --open.users > 0) return;
    this.#open.delete(roomId);
    open.close();
  }

  close(): void {
    this.#cancelLook();
    this.#unlistenMissed();
    for (const { close } of this.#open.values()) close();
    this.#open.clear();
  }

  #openAll(roomIds: Id[]): void {
    const all = this.#listenThenReadHeads(roomIds);
    for (const roomId of roomIds) {
      const close = () => void all.then((opened) => opened.get(roomId)?.close(), () => undefined);
      const open: OpenFeed = { opening: all.then((opened) => feedIn(opened, roomId)), feed: null, users: 0, close };
      open.opening.then(
        (feed) => (open.feed = feed),
        // Whoever uses the feed hears of a failure; nobody else must be told.
        () => this.#open.get(roomId) === open && this.#open.delete(roomId),
      );
      this.#open.set(roomId, open);
    }
  }

  /** Listens first and reads the heads after, so that no event falls between the two; what is heard meanwhile waits. */
  async #listenThenReadHeads(roomIds: Id[]): Promise<Map<Id, Opened>> {
    const { db, bus, clock, log } = this.#parts;
    const listened = await Promise.allSettled(
      roomIds.map(async (roomId) => {
        const ear = new Ear();
        return { roomId, ear, unlisten: await bus.listen("room", roomId, (note) => ear.hear(note)) };
      }),
    );
    const ears = listened.filter((each) => each.status === "fulfilled").map(({ value }) => value);
    try {
      for (const each of listened) if (each.status === "rejected") throw each.reason;
      const rooms = await this.#readRooms(roomIds);
      return new Map(
        ears.map(({ roomId, ear, unlisten }) => {
          const facts = { roomId, head: 0, memberCount: 0, ...rooms.get(roomId) };
          const readLog: ReadLog = (after, limit) => loadEvents(db, roomId, after, limit);
          const feed = new RoomFeed(facts, { readLog, courier: this.courier, clock, log });
          ear.giveTo(feed);
          const close = () => {
            unlisten();
            feed.close();
          };
          return [roomId, { feed, close }];
        }),
      );
    } catch (error) {
      for (const { unlisten } of ears) unlisten();
      throw error;
    }
  }

  async #readRooms(roomIds: Id[]): Promise<Map<Id, RoomFacts>> {
    const rows = await this.#parts.db.selectFrom("rooms").select(["id", "head_seq", "member_count"]).where(sql<boolean>`id = any(${roomIds}::uuid[])`).execute();
    return new Map(rows.map((row) => [row.id, { roomId: row.id, head: row.head_seq, memberCount: row.member_count }]));
  }

  #mustBeOpen(roomId: Id): OpenFeed {
    const open = this.#open.get(roomId);
    if (!open) throw new Error(`the feed of ${roomId} is not open`);
    return open;
  }

  /** Whether the bus is heard may change at any moment, so it is looked at more often than anything is done. */
  #lookLater(): () => void {
    const { bus, clock } = this.#parts;
    return clock.after(LOOKS_EVERY_MS, () => {
      this.#cancelLook = this.#lookLater();
      // What was told since others were last heard is lost: that is looked up at once.
      const isDownSince = this.#wasUp && !bus.isUp;
      this.#wasUp = bus.isUp;
      const every = bus.isUp ? HEADS_CHECKED_EVERY_MS.heard : HEADS_CHECKED_EVERY_MS.unheard;
      if (isDownSince || clock.monotonic() - this.#checkedAt >= every) void this.#checking.ask();
    });
  }

  /** Even a lost last doorbell is found: each feed learns how far its log reaches. */
  async #checkHeads(): Promise<void> {
    this.#checkedAt = this.#parts.clock.monotonic();
    if (this.#open.size === 0) return;
    try {
      for (const { roomId, head } of (await this.#readRooms([...this.#open.keys()])).values()) this.#open.get(roomId)?.feed?.learnHead(head);
    } catch (error) {
      this.#parts.log.warn({ err: error, rooms: this.#open.size }, "The heads of the followed rooms could not be read.");
    }
  }
}

interface Opened {
  feed: RoomFeed;
  close: () => void;
}

function feedIn(opened: Map<Id, Opened>, roomId: Id): RoomFeed {
  const found = opened.get(roomId);
  if (!found) throw new Error(`the feed of ${roomId} was not opened`);
  return found.feed;
}

/** Keeps what it hears until there is a feed to give it to. */
class Ear {
  #kept: RoomNote[] = [];
  #feed: RoomFeed | null = null;

  hear(note: RoomNote): void {
    if (this.#feed) this.#feed.hear(note);
    else this.#kept.push(note);
  }

  giveTo(feed: RoomFeed): void {
    this.#feed = feed;
    for (const note of this.#kept) feed.hear(note);
    this.#kept = [];
  }
}
