import type { Tables } from "@tertulia/db/schema";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Bus, Unlisten } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import type { Presence } from "@tertulia/model/presence";
import { type Kysely, sql } from "kysely";
import { AskedTogether } from "../asked-together.ts";
import { fewAtATime } from "../few-at-a-time.ts";
import { OnceMore } from "../once-more.ts";
import type { TypingDesk } from "../typing/typing-desk.ts";
import { leaseOf, type Standing, standingOf, type UserStanding, userOfLease, writeStanding } from "./presence-lease.ts";

const RENEWED_EVERY_MS = 15_000;
/** With the lease of 45 s, the people of a node that died are told to be gone within 55 s (quality A26). */
const DEAD_LOOKED_FOR_EVERY_MS = 10_000;
const GIVEN_UP_AGAIN_AFTER_MS = 5_000;
const TOLD_AT_MOST_EVERY_MS = 1_000;
const ASKED_AT_ONCE = 250;

export interface PresenceDeskParts {
  db: Kysely<Tables>;
  assertWritable: () => void;
  bus: Bus;
  clock: Clock;
  log: Log;
  typing: TypingDesk;
}

/** A user with connections here, or with one that ended less than 15 s ago. */
interface Person {
  id: Id;
  claims: number;
  /** When they were last heard of or seen going. */
  lastSeen: number;
  /** What everyone was told last, by this node or another; null while some may have missed it. */
  told: UserStanding | null;
  toldAt: number;
  /** Undoes the telling that is due, if one is. */
  cancelTelling: (() => void) | null;
  /** Ends listening for the rooms they come into, whose people have not been told of them yet. */
  unlisten: Promise<Unlisten | null>;
}

type LastSeen = Pick<Person, "id" | "lastSeen">;

interface Gone {
  connectionId: string;
  person: Person;
}

interface Connection {
  person: Person;
  standing: Standing;
}

/**
 * Who is here. Each connection holds a lease on the bus for its user, renewed while it lives; whoever holds none is offline.
 * A connection that ends keeps its lease for 15 s, so that a reload or a short break is never told (protocol P2). The leases of a node
 * that died fade, and whichever node finds that first tells of it (P3).
 */
export class PresenceDesk {
  readonly #parts: PresenceDeskParts;
  readonly #people = new Map<Id, Person>();
  readonly #connections = new Map<string, Connection>();
  readonly #graces = new Set<() => void>();
  /** Connections whose 15 s are over. */
  readonly #gone = new Set<Gone>();
  #isGivingUp = false;
  /** Whose leases have faded, and when they were last seen, until it has been told. */
  readonly #dead = new Map<Id, number>();
  readonly #working = new Set<Promise<void>>();
  readonly #endUpListening: () => void;
  /** The bus may come and go faster than thousands are told of. */
  readonly #tellingAnew = new OnceMore(() => this.#quietly(() => this.#tellAnew()));
  readonly #tellingOfDead = new OnceMore(() => this.#quietly(() => this.#tellOfDead()));
  #cancelRenewing: () => void;
  #cancelLooking: () => void;
  /** After the bus was away leases have faded that nobody gave up: first everyone has to hold theirs anew. */
  #looksForDeadFrom = 0;
  readonly #rooms: AskedTogether<Id, Id[]>;
  readonly #lastSeen: AskedTogether<LastSeen, void>;

  constructor(parts: PresenceDeskParts) {
    this.#parts = parts;
    this.#rooms = new AskedTogether(ASKED_AT_ONCE, (userIds) => this.#readRoomsToTell(userIds));
    this.#lastSeen = new AskedTogether(ASKED_AT_ONCE, (people) => this.#writeLastSeen(people));
    this.#cancelRenewing = this.#renewLater();
    this.#cancelLooking = this.#lookForDeadLater();
    this.#endUpListening = parts.bus.onUp(() => {
      this.#looksForDeadFrom = parts.clock.monotonic() + limits.presenceLeaseMs;
      void this.#tellingAnew.ask();
    });
  }

  /** A connection of the actor began. Resolves when that has been told; never rejects. */
  async connect(connectionId: string, { user }: Actor): Promise<void> {
    if (this.#connections.has(connectionId)) return;
    const person = this.#welcome(user.id);
    const connection: Connection = { person, standing: { status: "online", currentRoomId: null } };
    this.#connections.set(connectionId, connection);
    await this.#quietly(async () => {
      await this.#hold(connectionId, connection);
      await this.#tellSoon(person);
    });
  }

  /** What a connection says of its user: online or away, and the room it shows. One that has ended says nothing. */
  async set(connectionId: string, standing: Standing): Promise<void> {
    const connection = this.#connections.get(connectionId);
    if (!connection) return;
    connection.standing = standing;
    connection.person.lastSeen = this.#parts.clock.now();
    await this.#quietly(async () => {
      await this.#hold(connectionId, connection);
      await this.#tellSoon(connection.person);
    });
  }

  /** A connection ended: its user's typing stops at once, their presence 15 s later. */
  disconnect(connectionId: string): void {
    const connection = this.#connections.get(connectionId);
    if (!connection) return;
    this.#connections.delete(connectionId);
    const { person } = connection;
    person.lastSeen = this.#parts.clock.now();
    this.#parts.typing.stopAll(person.id);
    this.#giveUpAfter(limits.presenceGraceMs, { connectionId, person });
  }

  /** Resolves when what was begun has been told. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  /** Stops the timers. Leases stay until they fade: their people may be connecting to another node already. */
  async close(): Promise<void> {
    this.#endUpListening();
    this.#cancelRenewing();
    this.#cancelLooking();
    for (const cancel of this.#graces) cancel();
    this.#connections.clear();
    await this.settled();
    // What failed meanwhile would be tried again.
    for (const cancel of this.#graces) cancel();
    for (const person of this.#people.values()) this.#farewell(person);
  }

  #welcome(userId: Id): Person {
    const now = this.#parts.clock.now();
    const person = this.#people.get(userId) ?? {
      id: userId,
      claims: 0,
      lastSeen: now,
      told: { status: "offline", currentRoomId: null },
      toldAt: Number.NEGATIVE_INFINITY,
      cancelTelling: null,
      unlisten: this.#listenForRooms(userId),
    };
    person.claims++;
    person.lastSeen = now;
    this.#people.set(userId, person);
    return person;
  }

  /** Answers how many held the user's lease before. */
  #hold(connectionId: string, { person, standing }: Connection): Promise<number> {
    return this.#parts.bus.leases.hold(leaseOf(person.id), connectionId, writeStanding(standing), limits.presenceLeaseMs);
  }

  #giveUpAfter(ms: number, gone: Gone): void {
    const cancel = this.#parts.clock.after(ms, () => {
      this.#graces.delete(cancel);
      this.#gone.add(gone);
      if (!this.#isGivingUp) void this.#quietly(() => this.#giveUpAll());
    });
    this.#graces.add(cancel);
  }

  /** Thousands may have gone in the same moment. */
  async #giveUpAll(): Promise<void> {
    this.#isGivingUp = true;
    while (this.#gone.size > 0) await this.#forEach(this.#gone, (gone) => this.#giveUp(gone));
    this.#isGivingUp = false;
  }

  async #giveUp(gone: Gone): Promise<void> {
    const { connectionId, person } = gone;
    this.#gone.delete(gone);
    let left: number;
    try {
      left = await this.#parts.bus.leases.drop(leaseOf(person.id), connectionId);
      await this.#tell(person);
    } catch (error) {
      // Whoever isn't told to be gone would seem to be here for ever.
      this.#giveUpAfter(GIVEN_UP_AGAIN_AFTER_MS, gone);
      throw error;
    }
    person.claims--;
    if (person.claims === 0) this.#farewell(person);
    if (left === 0) await this.#rememberLastSeen(person);
  }

  #farewell(person: Person): void {
    person.cancelTelling?.();
    this.#people.delete(person.id);
    void person.unlisten.then((unlisten) => unlisten?.());
  }

  #listenForRooms(userId: Id): Promise<Unlisten | null> {
    return this.#parts.bus
      .listen("user", userId, (note) => {
        if (note.kind === "joined") void this.#quietly(() => this.#tellNewRoom(userId, note.roomId));
        if (note.kind === "presence") this.#heardOf(userId, note.presence);
      })
      .catch((error: unknown) => {
        this.#parts.log.warn({ err: error }, "The rooms that someone comes into will not be told of their presence.");
        return null;
      });
  }

  /** Another node may have told something else since: what is compared with is what everyone heard last. */
  #heardOf(userId: Id, { status, currentRoomId }: Presence): void {
    const person = this.#people.get(userId);
    if (person) person.told = { status, currentRoomId };
  }

  /** Those who sat there before never heard that the newcomer is here. */
  async #tellNewRoom(userId: Id, roomId: Id): Promise<void> {
    const person = this.#people.get(userId);
    if (!person || !(await this.#roomsToTell(userId)).includes(roomId)) return;
    const { status, currentRoomId } = person.told ?? (await this.#standingOf(userId));
    const presence = { userId, status, currentRoomId: currentRoomId === roomId ? roomId : null, lastSeen: new Date(person.lastSeen).toISOString() };
    this.#parts.bus.publish("room", roomId, { kind: "presence", presence });
  }

  #renewLater(): () => void {
    return this.#parts.clock.after(RENEWED_EVERY_MS, () => {
      void this.#quietly(() => this.#renewAll());
      this.#cancelRenewing = this.#renewLater();
    });
  }

  /** And tells how its people are if that isn't what everyone was told: leases may have faded while this process was suspended, notes of two nodes crossed. */
  async #renewAll(): Promise<void> {
    await this.#holdAll();
    await this.#forEach(this.#people.values(), (person) => this.#tellSoon(person));
  }

  /**
   * Other nodes are heard again. Those that are back already lost what they were told of our people meanwhile; those that come later look by themselves
   * (presence-refresh.ts). Whom it fails for is told of when the leases are renewed next.
   */
  async #tellAnew(): Promise<void> {
    for (const person of this.#people.values()) person.told = null;
    await this.#holdAll();
    await this.#forEach(this.#people.values(), (person) => this.#tell(person));
  }

  #holdAll(): Promise<void> {
    return fewAtATime(this.#connections, ([connectionId, connection]) => this.#hold(connectionId, connection));
  }

  #lookForDeadLater(): () => void {
    return this.#parts.clock.after(DEAD_LOOKED_FOR_EVERY_MS, () => {
      void this.#tellingOfDead.ask();
      this.#cancelLooking = this.#lookForDeadLater();
    });
  }

  async #tellOfDead(): Promise<void> {
    const { bus, clock } = this.#parts;
    if (clock.monotonic() < this.#looksForDeadFrom) return;
    for (let keys = await bus.leases.lapsed(); keys.length > 0; keys = await bus.leases.lapsed()) {
      for (const key of keys) {
        const userId = userOfLease(key);
        // Their node renewed their lease for the last time when it had all of its length before it.
        if (userId !== null) this.#dead.set(userId, clock.now() - limits.presenceLeaseMs);
      }
    }
    await this.#forEach(this.#dead, ([userId, lastSeen]) => this.#tellOfDeath(userId, lastSeen));
  }

  async #tellOfDeath(userId: Id, lastSeen: number): Promise<void> {
    const roomIds = await this.#roomsToTell(userId);
    const standing = await this.#standingOf(userId);
    this.#dead.delete(userId);
    if (standing.status !== "offline") return;
    this.#publish(userId, roomIds, standing, lastSeen);
    await this.#rememberLastSeen({ id: userId, lastSeen });
  }

  /** Tells at once, or when a second has passed since the last time; what counts is how things stand then. */
  async #tellSoon(person: Person): Promise<void> {
    const wait = person.toldAt + TOLD_AT_MOST_EVERY_MS - this.#parts.clock.monotonic();
    if (wait <= 0) return this.#tell(person);
    person.cancelTelling ??= this.#parts.clock.after(wait, () => void this.#quietly(() => this.#tell(person)));
  }

  async #tell(person: Person): Promise<void> {
    person.cancelTelling?.();
    person.cancelTelling = null;
    person.toldAt = this.#parts.clock.monotonic();
    const now = await this.#standingOf(person.id);
    const before = person.told;
    if (now.status === before?.status && now.currentRoomId === before.currentRoomId) return;
    // Before anything is told: who was told of by half would count as told.
    const roomIds = await this.#roomsToTell(person.id);
    // Something else was told meanwhile, and by now how they are may be a third.
    if (person.told !== before) return this.#tell(person);
    person.told = now;
    this.#publish(person.id, roomIds, now, person.lastSeen, before);
  }

  async #standingOf(userId: Id): Promise<UserStanding> {
    const [held] = await this.#parts.bus.leases.held([leaseOf(userId)]);
    return standingOf(held ?? []);
  }

  /** Tells who follows the person and the rooms they are in; of a mere turn to another room only those two. */
  #publish(userId: Id, roomIds: Id[], now: UserStanding, lastSeen: number, before: UserStanding | null = null): void {
    const { bus } = this.#parts;
    const presence = { userId, ...now, lastSeen: new Date(lastSeen).toISOString() };
    bus.publish("user", userId, { kind: "presence", presence });
    for (const roomId of roomIds) {
      if (now.status === before?.status && roomId !== now.currentRoomId && roomId !== before.currentRoomId) continue;
      bus.publish("room", roomId, { kind: "presence", presence: { ...presence, currentRoomId: roomId === now.currentRoomId ? roomId : null } });
    }
  }

  #roomsToTell(userId: Id): Promise<Id[]> {
    return this.#rooms.ask(userId);
  }

  async #readRoomsToTell(userIds: Id[]): Promise<(userId: Id) => Id[]> {
    const rows = await this.#parts.db
      .selectFrom("room_members")
      .innerJoin("rooms", "rooms.id", "room_members.room_id")
      .select(["rooms.id", "room_members.user_id"])
      .where("room_members.user_id", "in", userIds)
      .where("rooms.deleted_at", "is", null)
      .where("rooms.member_count", "<=", limits.presencePushedUpToMembers)
      .execute();
    const byUser = Map.groupBy(rows, ({ user_id }) => user_id);
    return (userId) => (byUser.get(userId) ?? []).map(({ id }) => id);
  }

  #rememberLastSeen({ id, lastSeen }: LastSeen): Promise<void> {
    this.#parts.assertWritable();
    return this.#lastSeen.ask({ id, lastSeen });
  }

  async #writeLastSeen(people: LastSeen[]): Promise<() => void> {
    const [ids, instants] = [people.map(({ id }) => id), people.map(({ lastSeen }) => new Date(lastSeen).toISOString())];
    await this.#parts.db
      .updateTable("users")
      .from(sql<{ id: Id; last_seen: Date }>`unnest(${ids}::uuid[], ${instants}::timestamptz[])`.as<"seen">(sql`seen(id, last_seen)`))
      .set((eb) => ({ last_active_at: eb.ref("seen.last_seen") }))
      .whereRef("users.id", "=", "seen.id")
      .execute();
    return () => {};
  }

  /** Whom it fails for keeps nobody else back; of all that failed one is logged. */
  #forEach<T>(many: Iterable<T>, work: (one: T) => Promise<void>): Promise<void> {
    return this.#quietly(async () => {
      const failures: unknown[] = [];
      await fewAtATime(many, (one) => work(one).catch((error: unknown) => failures.push(error)));
      if (failures.length > 0) throw failures[0];
    });
  }

  /** Presence is a courtesy: what fails here is logged and hurts nobody. */
  async #quietly(work: () => Promise<void>): Promise<void> {
    const working = work().catch((error: unknown) => this.#parts.log.warn({ err: error }, "Presence could not be told."));
    this.#working.add(working);
    await working;
    this.#working.delete(working);
  }
}
