import type { Tables } from "@tertulia/db/schema";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import { limits } from "@tertulia/model/limits";
import type { Bus, Unlisten } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import type { Kysely } from "kysely";
import type { TypingDesk } from "../typing/typing-desk.ts";
import { leaseOf, type Standing, standingOf, type UserStanding, writeStanding } from "./presence-lease.ts";

const RENEWED_EVERY_MS = 15_000;
const TOLD_AT_MOST_EVERY_MS = 1_000;

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
  told: UserStanding;
  toldAt: number;
  /** Undoes the telling that is due, if one is. */
  cancelTelling: (() => void) | null;
  /** Ends listening for the rooms they come into, whose people have not been told of them yet. */
  unlisten: Promise<Unlisten | null>;
}

interface Connection {
  person: Person;
  standing: Standing;
}

/**
 * Who is here. Each connection holds a lease on the bus for its user, renewed while it lives; whoever holds none is offline.
 * A connection that ends keeps its lease for 15 s, so that a reload or a short break is never told (protocol P2).
 */
export class PresenceDesk {
  readonly #parts: PresenceDeskParts;
  readonly #people = new Map<Id, Person>();
  readonly #connections = new Map<string, Connection>();
  readonly #graces = new Set<() => void>();
  readonly #working = new Set<Promise<void>>();
  #cancelRenewing: () => void;

  constructor(parts: PresenceDeskParts) {
    this.#parts = parts;
    this.#cancelRenewing = this.#renewLater();
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
    const cancel = this.#parts.clock.after(limits.presenceGraceMs, () => {
      this.#graces.delete(cancel);
      void this.#quietly(() => this.#giveUp(connectionId, person));
    });
    this.#graces.add(cancel);
  }

  /** Resolves when what was begun has been told. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  /** Stops the timers. Leases stay until they fade: their people may be connecting to another node already. */
  async close(): Promise<void> {
    this.#cancelRenewing();
    for (const cancel of this.#graces) cancel();
    this.#connections.clear();
    await this.settled();
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

  async #giveUp(connectionId: string, person: Person): Promise<void> {
    try {
      const left = await this.#parts.bus.leases.drop(leaseOf(person.id), connectionId);
      await this.#tell(person);
      if (left === 0) await this.#rememberLastSeen(person);
    } finally {
      // Also of someone whose going could not be told nothing stays behind.
      person.claims--;
      if (person.claims === 0) this.#farewell(person);
    }
  }

  #farewell(person: Person): void {
    person.cancelTelling?.();
    this.#people.delete(person.id);
    void person.unlisten.then((unlisten) => unlisten?.());
  }

  #listenForRooms(userId: Id): Promise<Unlisten | null> {
    const tell = (roomId: Id) => void this.#quietly(() => this.#tellNewRoom(userId, roomId));
    return this.#parts.bus
      .listen("user", userId, (note) => note.kind === "joined" && tell(note.roomId))
      .catch((error: unknown) => {
        this.#parts.log.warn({ err: error }, "The rooms that someone comes into will not be told of their presence.");
        return null;
      });
  }

  /** Those who sat there before never heard that the newcomer is here. */
  async #tellNewRoom(userId: Id, roomId: Id): Promise<void> {
    const person = this.#people.get(userId);
    if (!person || !(await this.#roomsToTell(userId)).includes(roomId)) return;
    const { status, currentRoomId } = person.told;
    const presence = { userId, status, currentRoomId: currentRoomId === roomId ? roomId : null, lastSeen: new Date(person.lastSeen).toISOString() };
    this.#parts.bus.publish("room", roomId, { kind: "presence", presence });
  }

  #renewLater(): () => void {
    return this.#parts.clock.after(RENEWED_EVERY_MS, () => {
      for (const [connectionId, connection] of this.#connections) void this.#quietly(() => this.#renew(connectionId, connection));
      this.#cancelRenewing = this.#renewLater();
    });
  }

  async #renew(connectionId: string, connection: Connection): Promise<void> {
    const heldBefore = await this.#hold(connectionId, connection);
    // It had faded, for instance while this process was suspended: others believe the user gone.
    if (heldBefore === 0) await this.#tellSoon(connection.person);
  }

  /** Tells at once, or when a second has passed since the last time; what counts is how things stand then. */
  async #tellSoon(person: Person): Promise<void> {
    const wait = person.toldAt + TOLD_AT_MOST_EVERY_MS - this.#parts.clock.now();
    if (wait <= 0) return this.#tell(person);
    person.cancelTelling ??= this.#parts.clock.after(wait, () => void this.#quietly(() => this.#tell(person)));
  }

  async #tell(person: Person): Promise<void> {
    person.cancelTelling?.();
    person.cancelTelling = null;
    person.toldAt = this.#parts.clock.now();
    const [held] = await this.#parts.bus.leases.held([leaseOf(person.id)]);
    const before = person.told;
    const now = standingOf(held ?? []);
    if (now.status === before.status && now.currentRoomId === before.currentRoomId) return;
    person.told = now;
    const presence = { userId: person.id, ...now, lastSeen: new Date(person.lastSeen).toISOString() };
    this.#parts.bus.publish("user", person.id, { kind: "presence", presence });
    for (const roomId of await this.#roomsToTell(person.id)) {
      // Who merely turned to another room changes nothing for anyone but these two rooms' members.
      if (now.status === before.status && roomId !== now.currentRoomId && roomId !== before.currentRoomId) continue;
      const currentRoomId = roomId === now.currentRoomId ? roomId : null;
      this.#parts.bus.publish("room", roomId, { kind: "presence", presence: { ...presence, currentRoomId } });
    }
  }

  async #roomsToTell(userId: Id): Promise<Id[]> {
    const rooms = await this.#parts.db
      .selectFrom("room_members")
      .innerJoin("rooms", "rooms.id", "room_members.room_id")
      .select("rooms.id")
      .where("room_members.user_id", "=", userId)
      .where("rooms.deleted_at", "is", null)
      .where("rooms.member_count", "<=", limits.presencePushedUpToMembers)
      .execute();
    return rooms.map(({ id }) => id);
  }

  async #rememberLastSeen({ id, lastSeen }: Person): Promise<void> {
    this.#parts.assertWritable();
    await this.#parts.db.updateTable("users").set({ last_active_at: new Date(lastSeen) }).where("id", "=", id).execute();
  }

  /** Presence is a courtesy: what fails here is logged and hurts nobody. */
  async #quietly(work: () => Promise<void>): Promise<void> {
    const working = work().catch((error: unknown) => this.#parts.log.warn({ err: error }, "Presence could not be told."));
    this.#working.add(working);
    await working;
    this.#working.delete(working);
  }
}
