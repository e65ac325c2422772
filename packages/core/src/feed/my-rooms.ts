import type { Actor } from "@tertulia/model/actor";
import type { Id, Seq } from "@tertulia/model/ids";
import type { InboxUpdate } from "@tertulia/model/inbox";
import type { UserNote } from "@tertulia/model/ports/bus";
import { Refusal } from "@tertulia/model/refusals";
import type { InboxEntry } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { loadInboxEntries } from "../inbox/load-inbox-entries.ts";
import { Encoded } from "./encoded.ts";
import type { Sink, SinkEnd } from "./feed.ts";
import type { RoomFeed } from "./room-feed.ts";

export type MyRoomsSources = Pick<Core, "db" | "log" | "feeds" | "memberships">;

/** Rooms, and a place in the log of each. */
export type Places = ReadonlyMap<Id, Seq>;

/** Where all that happens in someone's rooms is written to. */
export interface MyRoomsSink extends Sink {
  /** Resolves when the other side has taken the backlogs that were written. */
  backlogTaken(): Promise<void>;
}

/** How going on went. */
export interface Resumed {
  /** From where each room goes on live. */
  rooms: Map<Id, Seq>;
  /** Those of which too much was missed, or which never came as far: they are to be read afresh. */
  reset: Id[];
  /** Those that aren't this person's, or aren't there at all. */
  gone: Id[];
}

/** All of one person's rooms, heard by one connection: those they sit in now and those they come into (protocol A4). */
export class MyRooms {
  readonly sink: MyRoomsSink;
  readonly #sources: MyRoomsSources;
  readonly #rooms = new Map<Id, HeardRoom>();
  /** Those whose feeds are held open already, and which aren't heard yet. */
  readonly #coming = new Set<HeardRoom>();
  #isOver = false;
  /** Which rooms are heard changes one step after the other. */
  #lastStep: Promise<unknown> = Promise.resolve();

  constructor(sources: MyRoomsSources, sink: MyRoomsSink) {
    this.#sources = sources;
    this.sink = sink;
  }

  /** Hears each room from its place among `since`, but for those that are heard already or are to be resumed; and those joined since then. */
  start(since: Places, resumedNext: Places): Promise<void> {
    return this.#inTurn(async () => {
      const roomIds = [...since.keys()].filter((roomId) => !resumedNext.has(roomId) && !this.#rooms.has(roomId));
      const places = await this.#hear(roomIds, since);
      for (const roomId of roomIds) if (!places.has(roomId)) this.#tell({ type: "room.left", roomId });
      await this.#join([...places.keys()].filter((roomId) => !since.has(roomId)));
    });
  }

  /**
   * What was told of them may have been missed: a room that they have come into since is heard, as soon as its turn comes. What they are out of,
   * its log has said.
   */
  async lookAgain(): Promise<void> {
    const places = await this.#sources.memberships.placesOf(this.sink.actor);
    this.#joinSoon([...places.keys()]);
  }

  hearNote(note: UserNote): void {
    if (note.kind === "joined") this.#joinSoon([note.roomId]);
  }

  /**
   * Does what makes them a member of a room, and hears it from the place that it answers: its note may come late, and finds it heard already.
   * @throws what `joining` throws
   */
  async comeInto(joining: () => Promise<InboxEntry>): Promise<InboxEntry> {
    const [came] = await this.#inTurn(async () => {
      const settled = await Promise.allSettled([joining()]);
      const [joined] = settled;
      if (joined.status === "fulfilled" && !this.#rooms.has(joined.value.room.id)) await this.#welcome([joined.value]);
      return settled;
    });
    if (came.status === "rejected") throw came.reason;
    return came.value;
  }

  /**
   * Goes on in each of these rooms after the place named: first what was missed, in order, then live. Where nothing was missed that is at once;
   * the others follow one after the other, each when the one before it has been taken, since each may be 30 MB.
   */
  resume(places: Places): Promise<Resumed> {
    return this.#inTurn(async () => {
      const resumed: Resumed = { rooms: new Map(), reset: [], gone: [] };
      for (const room of await this.#beginAgain(places, resumed)) await this.#goOn(room, places, resumed);
      return resumed;
    });
  }

  stop(): void {
    this.#isOver = true;
    for (const room of [...this.#coming, ...this.#rooms.values()]) room.leave();
    this.#coming.clear();
    this.#rooms.clear();
  }

  /** A room has let its sink go. */
  ended(room: HeardRoom, end: SinkEnd): void {
    if (end === "slow" || end === "broken") return this.sink.ended(end);
    if (this.#rooms.get(room.roomId) !== room) return;
    this.#rooms.delete(room.roomId);
    room.leave();
    if (end === "left") this.#tell({ type: "room.left", roomId: room.roomId });
    // A log may be read late: they may be back.
    this.#joinSoon([room.roomId]);
  }

  /** Begins to hear those of these rooms that they sit in; answers their place in every room. Registered before it is read who sits where. */
  async #hear(roomIds: Id[], since: Places): Promise<Places> {
    const rooms = await this.#begin(roomIds);
    const places = await this.#sources.memberships.placesOf(this.sink.actor);
    await Promise.all(
      rooms.map(async (room) => {
        const head = places.get(room.roomId);
        if (head === undefined || this.#isOver) return this.#drop(room);
        this.#keep(room);
        const { isReset } = await room.goLive(since.get(room.roomId) ?? head, head);
        // More happened since than can be told: its client comes back, and reads it.
        if (isReset) this.#breaks();
      }),
    );
    return places;
  }

  async #begin(roomIds: Id[]): Promise<HeardRoom[]> {
    const rooms = (await this.#sources.feeds.use(roomIds)).map((feed) => new HeardRoom(this, feed, this.#sources));
    for (const room of rooms) this.#coming.add(room);
    return rooms;
  }

  #keep(room: HeardRoom): void {
    this.#coming.delete(room);
    this.#rooms.set(room.roomId, room);
  }

  #drop(room: HeardRoom): void {
    this.#coming.delete(room);
    room.leave();
  }

  async #join(roomIds: Id[]): Promise<void> {
    const unheard = roomIds.filter((roomId) => !this.#rooms.has(roomId));
    if (unheard.length === 0 || this.#isOver) return;
    await this.#welcome(await loadInboxEntries(this.#sources.db, this.sink.actor.user.id, { roomIds: unheard }));
  }

  /** Each comes with its entry first, and then with what happened after that. */
  async #welcome(entries: InboxEntry[]): Promise<void> {
    for (const entry of entries) this.#tell({ type: "room.joined", entry });
    await this.#hear(entries.map(({ room }) => room.id), new Map(entries.map(({ room, headSeq }) => [room.id, headSeq])));
    for (const { room } of entries) if (!this.#rooms.has(room.id)) this.#tell({ type: "room.left", roomId: room.id });
  }

  /**
   * Registers anew in all that are named and theirs: of anyone's guesses no feed is opened. Answers those that have missed something, which wait
   * for their turn.
   */
  async #beginAgain(places: Places, resumed: Resumed): Promise<HeardRoom[]> {
    const { memberships } = this.#sources;
    const own = await memberships.placesOf(this.sink.actor);
    const rooms = await this.#begin([...places.keys()].filter((roomId) => own.has(roomId)));
    for (const roomId of places.keys()) {
      this.#rooms.get(roomId)?.leave();
      this.#rooms.delete(roomId);
      if (!own.has(roomId)) resumed.gone.push(roomId);
    }
    // Once more: whoever has been put out since is registered by now, and would be told.
    const heads = await memberships.placesOf(this.sink.actor);
    const behind: HeardRoom[] = [];
    for (const room of rooms) {
      const head = heads.get(room.roomId);
      if (head === undefined || this.#isOver) this.#isGone(room, resumed);
      else if (head === places.get(room.roomId)) await this.#goLive(room, head, head, resumed);
      else {
        room.pause();
        behind.push(room);
      }
    }
    return behind;
  }

  async #goOn(room: HeardRoom, places: Places, resumed: Resumed): Promise<void> {
    if (this.#isOver) return this.#isGone(room, resumed);
    room.begin();
    const head = await this.#headOf(room);
    if (head === null || this.#isOver) return this.#isGone(room, resumed);
    await this.#goLive(room, places.get(room.roomId) ?? head, head, resumed);
    await this.sink.backlogTaken();
  }

  async #goLive(room: HeardRoom, after: Seq, head: Seq, resumed: Resumed): Promise<void> {
    this.#keep(room);
    resumed.rooms.set(room.roomId, head);
    const { isReset } = await room.goLive(after, head);
    if (isReset) resumed.reset.push(room.roomId);
  }

  #isGone(room: HeardRoom, resumed: Resumed): void {
    this.#drop(room);
    resumed.gone.push(room.roomId);
  }

  async #headOf({ roomId }: HeardRoom): Promise<Seq | null> {
    try {
      return await this.#sources.memberships.headFor(this.sink.actor, roomId);
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  #joinSoon(roomIds: Id[]): void {
    this.#inTurn(() => this.#join(roomIds)).catch((error: unknown) => {
      this.#sources.log.warn({ err: error, roomIds }, "Rooms that someone has come into could not be followed.");
    });
  }

  #tell(update: InboxUpdate): void {
    if (this.#isOver) return;
    if (new Encoded({ kind: "inbox", items: [update] }).writeTo(this.sink) === "slow") this.sink.ended("slow");
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const whole = async () => {
      try {
        return await step();
      } catch (error) {
        this.#breaks();
        throw error;
      }
    };
    const mine = this.#lastStep.then(whole, whole);
    this.#lastStep = mine;
    return mine;
  }

  /** A step was done by half, and some rooms are deaf: its client comes back, and resumes. */
  #breaks(): void {
    if (this.#isOver) return;
    this.stop();
    this.sink.ended("broken");
  }
}

interface Begun {
  messages: ReturnType<RoomFeed["addFollower"]>;
  fading: ReturnType<RoomFeed["addFading"]>;
}

/** One of someone's rooms, on one connection: all of its events, and what fades by itself. Holds its feed open until it is left. */
class HeardRoom implements Sink {
  readonly #mine: MyRooms;
  readonly #feed: RoomFeed;
  readonly #sources: MyRoomsSources;
  /** Until it is live. */
  #begun: Begun | null = null;
  // Nothing else is kept of what was begun: someone may sit in a hundred rooms, and there are thousands.
  #leaveMessages: (() => void) | null = null;
  #leaveFading: (() => void) | null = null;
  #isLeft = false;

  constructor(mine: MyRooms, feed: RoomFeed, sources: MyRoomsSources) {
    this.#mine = mine;
    this.#feed = feed;
    this.#sources = sources;
    this.begin();
  }

  get roomId(): Id {
    return this.#feed.roomId;
  }

  get actor(): Actor {
    return this.#mine.sink.actor;
  }

  get connectionId(): string {
    return this.#mine.sink.connectionId;
  }

  get dialect(): Sink["dialect"] {
    return this.#mine.sink.dialect;
  }

  get key(): string {
    return this.#mine.sink.key;
  }

  /** From now on nothing is missed: it waits until `goLive`. */
  begin(): void {
    const messages = this.#feed.addFollower(this);
    const fading = this.#feed.addFading("everything", this);
    this.#begun = { messages, fading };
    this.#leaveMessages = messages.leave;
    this.#leaveFading = fading.leave;
  }

  /** Nothing waits for it any more, until it begins anew. */
  pause(): void {
    this.#leaveMessages?.();
    this.#leaveFading?.();
    this.#begun = null;
    this.#leaveMessages = null;
    this.#leaveFading = null;
  }

  async goLive(after: Seq, head: Seq): Promise<{ isReset: boolean }> {
    const begun = this.#begun;
    this.#begun = null;
    if (!begun) return { isReset: false };
    const went = await begun.messages.goLive(after, head);
    // What fades is about what was missed: it comes after that.
    begun.fading.goLive(null, head);
    return went;
  }

  leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.pause();
    this.#sources.feeds.release(this.roomId);
  }

  write(frame: Buffer, isBacklog: boolean): void {
    this.#mine.sink.write(frame, isBacklog);
  }

  buffered(): number {
    return this.#mine.sink.buffered();
  }

  backlogTaken(): Promise<void> {
    return this.#mine.sink.backlogTaken();
  }

  ended(end: SinkEnd): void {
    this.#mine.ended(this, end);
  }
}
