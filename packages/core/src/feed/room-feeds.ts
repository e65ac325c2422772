import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { Bus, RoomNote } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import type { Kysely } from "kysely";
import { loadEvents } from "./load-events.ts";
import { RoomFeed } from "./room-feed.ts";

const HEADS_CHECKED_EVERY_MS = 5_000;

interface OpenFeed {
  feed: Promise<RoomFeed>;
  users: number;
  close: () => void;
}

/** The rooms followed on this node: one feed each, opened by the first who follows and closed by the last who leaves. */
export class RoomFeeds {
  readonly #db: Kysely<Tables>;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #open = new Map<Id, OpenFeed>();
  #cancelCheck: () => void;

  constructor(db: Kysely<Tables>, bus: Bus, clock: Clock, log: Log) {
    this.#db = db;
    this.#bus = bus;
    this.#clock = clock;
    this.#log = log;
    this.#cancelCheck = this.#checkLater();
  }

  /** How many rooms are followed here, and by how many sinks of their messages. */
  async count(): Promise<{ rooms: number; followers: number }> {
    let followers = 0;
    for (const { feed } of this.#open.values()) followers += (await feed).followers;
    return { rooms: this.#open.size, followers };
  }

  /** The feeds of these rooms, in the order asked, opened together if need be. Each use ends with `release`. */
  async use(roomIds: Id[]): Promise<{ feeds: RoomFeed[]; release: (roomId: Id) => void }> {
    const missing = roomIds.filter((roomId) => !this.#open.has(roomId));
    if (missing.length > 0) this.#openAll([...new Set(missing)]);
    const used = roomIds.map((roomId) => this.#mustBeOpen(roomId));
    for (const open of used) open.users++;
    try {
      return { feeds: await Promise.all(used.map(({ feed }) => feed)), release: (roomId) => this.#release(roomId) };
    } catch (error) {
      for (const roomId of roomIds) this.#release(roomId);
      throw error;
    }
  }

  close(): void {
    this.#cancelCheck();
    for (const { close } of this.#open.values()) close();
    this.#open.clear();
  }

  #openAll(roomIds: Id[]): void {
    const heads = this.#listenThenReadHeads(roomIds);
    for (const roomId of roomIds) {
      const feed = heads.then((opened) => {
        const found = opened.get(roomId);
        if (!found) throw new Error(`the feed of ${roomId} was not opened`);
        return found.feed;
      });
      // Whoever uses the feed hears of a failure; nobody else must be told.
      feed.catch(() => this.#open.delete(roomId));
      this.#open.set(roomId, { feed, users: 0, close: () => void heads.then((opened) => opened.get(roomId)?.unlisten(), () => undefined) });
    }
  }

  /** Listens first and reads the heads after, so that no event falls between the two; what is heard meanwhile waits. */
  async #listenThenReadHeads(roomIds: Id[]): Promise<Map<Id, { feed: RoomFeed; unlisten: () => void }>> {
    const opening = await Promise.all(
      roomIds.map(async (roomId) => {
        const ear = new Ear();
        return { roomId, ear, unlisten: await this.#bus.listen("room", roomId, (note) => ear.hear(note)) };
      }),
    );
    try {
      const heads = await this.#readHeads(roomIds);
      return new Map(
        opening.map(({ roomId, ear, unlisten }) => {
          const feed = new RoomFeed(roomId, heads.get(roomId) ?? 0, (after, limit) => loadEvents(this.#db, roomId, after, limit), this.#log);
          ear.giveTo(feed);
          return [roomId, { feed, unlisten }];
        }),
      );
    } catch (error) {
      for (const { unlisten } of opening) unlisten();
      throw error;
    }
  }

  async #readHeads(roomIds: Id[]): Promise<Map<Id, number>> {
    const rows = await this.#db.selectFrom("rooms").select(["id", "head_seq"]).where("id", "in", roomIds).execute();
    return new Map(rows.map((row) => [row.id, row.head_seq]));
  }

  #release(roomId: Id): void {
    const open = this.#open.get(roomId);
    if (!open || --open.users > 0) return;
    this.#open.delete(roomId);
    open.close();
  }

  #mustBeOpen(roomId: Id): OpenFeed {
    const open = this.#open.get(roomId);
    if (!open) throw new Error(`the feed of ${roomId} is not open`);
    return open;
  }

  #checkLater(): () => void {
    return this.#clock.after(HEADS_CHECKED_EVERY_MS, () => {
      this.#cancelCheck = this.#checkLater();
      void this.#checkHeads();
    });
  }

  /** Even a lost last doorbell is found: each feed learns how far its log reaches. */
  async #checkHeads(): Promise<void> {
    const roomIds = [...this.#open.keys()];
    if (roomIds.length === 0) return;
    try {
      const heads = await this.#readHeads(roomIds);
      for (const [roomId, head] of heads) (await this.#open.get(roomId)?.feed)?.learnHead(head);
    } catch (error) {
      this.#log.warn({ err: error, rooms: roomIds.length }, "The heads of the followed rooms could not be read.");
    }
  }
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
