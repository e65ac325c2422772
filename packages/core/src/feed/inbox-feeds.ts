import { excerptOf } from "@tertulia/model/excerpt";
import type { Id } from "@tertulia/model/ids";
import type { InboxUpdate } from "@tertulia/model/inbox";
import type { UserNote } from "@tertulia/model/ports/bus";
import type { MyPosition } from "@tertulia/model/reads";
import type { LastMessage } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { getInbox } from "../inbox/get-inbox.ts";
import { loadInboxEntries } from "../inbox/load-inbox-entries.ts";
import { selectTimeline, toMessage } from "../messages/load-messages.ts";
import { OnceMore } from "../once-more.ts";
import { findRecounted } from "../reads/find-recounted.ts";
import { loadPositions } from "../reads/load-position.ts";
import { Encoded } from "./encoded.ts";
import type { Sink } from "./feed.ts";
import { InboxRoom } from "./inbox-room.ts";
import type { RoomFeed } from "./room-feed.ts";

type Sources = Pick<Core, "db" | "bus" | "clock" | "log" | "feeds">;

interface WatchedRoom {
  room: InboxRoom;
  unwatch: () => void;
}

/** The inboxes followed on this node. They share one watch per room, however many people sit in it. */
export class InboxFeeds {
  readonly #sources: Sources;
  readonly #rooms = new Map<Id, WatchedRoom>();
  readonly #followers = new Set<InboxFollower>();
  readonly #unlistenMissed: () => void;

  constructor(sources: Sources) {
    this.#sources = sources;
    const starting = new OnceMore(() => this.#startAllAgain());
    this.#unlistenMissed = sources.bus.onMissed(() => void starting.ask());
  }

  close(): void {
    this.#unlistenMissed();
  }

  /** Starts with a snapshot of the first page, then what happens in any of the actor's rooms. */
  async follow(sink: Sink): Promise<() => void> {
    const follower = new InboxFollower(this.#sources, this, sink);
    const unlisten = await this.#sources.bus.listen("user", sink.actor.user.id, (note) => this.#orBreakOff(follower, follower.hear(note)));
    const stop = () => {
      unlisten();
      this.#followers.delete(follower);
      follower.stop();
    };
    try {
      this.#followers.add(follower);
      await follower.start();
      return stop;
    } catch (error) {
      stop();
      throw error;
    }
  }

  /** From now on the sink hears of these rooms. */
  async watch(roomIds: Id[], sink: Sink): Promise<void> {
    const { feeds } = this.#sources;
    for (const feed of await feeds.use(roomIds)) {
      const watched = this.#rooms.get(feed.roomId);
      // A room that is watched already keeps its feed open by itself.
      if (watched) feeds.release(feed.roomId);
      (watched ?? this.#open(feed)).room.add(sink);
    }
  }

  /** The one text of a room's id that all who watch it share: they keep thousands of rooms between them. */
  sharedId(roomId: Id): Id {
    return this.#rooms.get(roomId)?.room.roomId ?? roomId;
  }

  unwatch(roomId: Id, sink: Sink): void {
    const watched = this.#rooms.get(roomId);
    if (!watched) return;
    watched.room.remove(sink);
    if (!watched.room.isEmpty) return;
    this.#rooms.delete(roomId);
    watched.unwatch();
  }

  /** What other nodes told people has been missed: each has a new snapshot, one after the other, so that the database isn't stormed. */
  async #startAllAgain(): Promise<void> {
    for (const follower of this.#followers) {
      try {
        await follower.start();
      } catch (error) {
        this.#sources.log.warn({ err: error }, "An inbox could not be read anew.");
        follower.breakOff();
      }
    }
  }

  #open(feed: RoomFeed): WatchedRoom {
    const { db, feeds, clock, log } = this.#sources;
    const source = {
      last: () => this.#readLast(feed.roomId),
      positions: async (userIds: Id[], messageIds: Id[]) => {
        const recounted = await findRecounted(db, feed.roomId, userIds, messageIds);
        return recounted.length > 0 ? loadPositions(db, feed.roomId, recounted) : new Map<Id, MyPosition>();
      },
    };
    const room = new InboxRoom(feed, { source, courier: feeds.courier, clock, log });
    const unwatch = feed.watch({
      hear: (events) => {
        for (const event of events) {
          if (event.type === "member.left") this.#putOut(feed.roomId, event.user.id);
          if (event.type === "room.deleted") this.#close(feed.roomId);
        }
        if (!room.isEmpty) room.hear(events);
      },
      unfollowed: (connectionId) => {
        if (!room.isEmpty) room.unfollowed(connectionId);
      },
    });
    const watched = {
      room,
      unwatch: () => {
        unwatch();
        feeds.release(feed.roomId);
      },
    };
    this.#rooms.set(feed.roomId, watched);
    return watched;
  }

  /** A room's log says that someone is out of it, and is never lost, as what their own channel says may be. */
  #putOut(roomId: Id, userId: Id): void {
    for (const follower of this.#followers) if (follower.userId === userId) this.#orBreakOff(follower, follower.putOut(roomId));
  }

  /** Its log may go on: what was being written when it was deleted has an end. Whoever finds it restored is told by their own channel. */
  #close(roomId: Id): void {
    for (const follower of this.#followers) follower.leave(roomId);
  }

  #orBreakOff(follower: InboxFollower, following: Promise<void>): void {
    following.catch((error: unknown) => {
      this.#sources.log.warn({ err: error }, "An inbox could not follow its user's rooms.");
      follower.breakOff();
    });
  }

  async #readLast(roomId: Id): Promise<LastMessage | null> {
    const row = await selectTimeline(this.#sources.db, roomId)
      .where("m.deleted_at", "is", null)
      .where("m.status", "<>", "streaming")
      .orderBy("m.seq", "desc")
      .limit(1)
      .executeTakeFirst();
    if (!row) return null;
    const { seq, author, content, createdAt } = toMessage(row);
    return { seq, author, excerpt: excerptOf(content), at: createdAt };
  }
}

/** One inbox being followed: which rooms it hears, and what its user is told alone. */
class InboxFollower {
  readonly #sources: Sources;
  readonly #feeds: InboxFeeds;
  readonly #sink: Sink;
  readonly #rooms = new Set<Id>();
  /** Rooms its user is out of: one that was being opened or read meanwhile is neither heard nor shown after all. */
  readonly #left = new Set<Id>();
  #isOver = false;
  #starting: Promise<void> = Promise.resolve();

  constructor(sources: Sources, feeds: InboxFeeds, sink: Sink) {
    this.#sources = sources;
    this.#feeds = feeds;
    this.#sink = sink;
  }

  get userId(): Id {
    return this.#sink.actor.user.id;
  }

  /** One start after the other: what the first was told meanwhile the second would forget. */
  start(): Promise<void> {
    const start = () => this.#start();
    return (this.#starting = this.#starting.then(start, start));
  }

  /** Watches before it reads: what happens in between is told twice at most, and telling twice changes nothing. */
  async #start(): Promise<void> {
    this.#left.clear();
    const roomIds = await this.#roomIds();
    const gone = [...this.#rooms].filter((roomId) => !roomIds.has(roomId));
    for (const roomId of gone) this.#unwatch(roomId);
    await this.#add([...roomIds]);
    const { items, nextCursor } = await getInbox(this.#sources, this.#sink.actor);
    this.#write({ type: "snapshot", entries: items.filter(({ room }) => !this.#left.has(room.id)), nextCursor });
    for (const roomId of gone) this.#write({ type: "room.left", roomId });
  }

  async hear(note: UserNote): Promise<void> {
    switch (note.kind) {
      case "joined": {
        // What a start under way has read may be older than this.
        await this.#starting;
        this.#left.delete(note.roomId);
        // Two nodes' notes may cross: by now they may be out again.
        if (!(await this.#sitsIn(note.roomId)) || this.#left.has(note.roomId)) return;
        await this.#add([note.roomId]);
        const [entry] = await loadInboxEntries(this.#sources.db, this.userId, { roomIds: [note.roomId] });
        if (!entry) return this.#remove(note.roomId);
        // What was read may be older than a note that came meanwhile.
        if (this.#rooms.has(note.roomId)) this.#write({ type: "room.joined", entry });
        return;
      }
      case "left":
        if (!this.#left.has(note.roomId)) await this.#goOutUnlessBack(note.roomId);
        return;
      case "position":
        return this.#write({ type: "room.position", ...note.position });
      default:
    }
  }

  /** The room is gone. */
  leave(roomId: Id): void {
    if (this.#rooms.has(roomId)) this.#goOut(roomId);
  }

  /** The room's log says that they are out of it. */
  async putOut(roomId: Id): Promise<void> {
    if (this.#rooms.has(roomId)) await this.#goOutUnlessBack(roomId);
  }

  /** Its client is to come back. */
  breakOff(): void {
    if (!this.#isOver) this.#sink.ended("broken");
  }

  stop(): void {
    this.#isOver = true;
    for (const roomId of this.#rooms) this.#feeds.unwatch(roomId, this.#sink);
    this.#rooms.clear();
  }

  /** They hear no more of the room, unless they have come back since: a log may be read late, and the notes of two nodes may cross. */
  async #goOutUnlessBack(roomId: Id): Promise<void> {
    this.#goOut(roomId);
    if (await this.#sitsIn(roomId)) await this.hear({ kind: "joined", roomId });
  }

  #goOut(roomId: Id): void {
    this.#left.add(roomId);
    this.#remove(roomId);
    this.#write({ type: "room.left", roomId });
  }

  async #roomIds(): Promise<Set<Id>> {
    const seats = await this.#selectSeats().execute();
    return new Set(seats.map(({ id }) => id));
  }

  async #sitsIn(roomId: Id): Promise<boolean> {
    const seat = await this.#selectSeats().where("rooms.id", "=", roomId).executeTakeFirst();
    return seat !== undefined;
  }

  #selectSeats() {
    return this.#sources.db
      .selectFrom("room_members")
      .innerJoin("rooms", "rooms.id", "room_members.room_id")
      .select("rooms.id")
      .where("room_members.user_id", "=", this.userId)
      .where("rooms.deleted_at", "is", null);
  }

  async #add(roomIds: Id[]): Promise<void> {
    const added = roomIds.filter((roomId) => !this.#rooms.has(roomId));
    for (const roomId of added) this.#rooms.add(this.#feeds.sharedId(roomId));
    await this.#feeds.watch(added, this.#sink);
    for (const roomId of added) if (this.#isOver || this.#left.has(roomId)) this.#unwatch(roomId);
  }

  #remove(roomId: Id): void {
    if (this.#rooms.has(roomId)) this.#unwatch(roomId);
  }

  #unwatch(roomId: Id): void {
    this.#rooms.delete(roomId);
    this.#feeds.unwatch(roomId, this.#sink);
  }

  #write(update: InboxUpdate): void {
    if (this.#isOver) return;
    if (new Encoded({ kind: "inbox", items: [update] }).writeTo(this.#sink) === "slow") this.#sink.ended("slow");
  }
}
