import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { Bus } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Presence } from "@tertulia/model/presence";
import type { Kysely } from "kysely";
import { leaseOf, standingOf } from "./presence-lease.ts";

/** What presence is read from. */
export interface PresenceSources {
  db: Kysely<Tables>;
  bus: Bus;
  clock: Clock;
}

/**
 * How the asked people are, as `viewerId` may know it: those who share a room with the viewer (others are left out),
 * each with the room they are looking at if the viewer is a member of it (protocol P1).
 */
export async function loadPresence({ db, bus, clock }: PresenceSources, viewerId: Id, userIds: Id[]): Promise<Presence[]> {
  if (userIds.length === 0) return [];
  const people = await db
    .selectFrom("users")
    .select(["users.id", "users.last_active_at"])
    .where("users.id", "in", userIds)
    .where(({ exists, selectFrom, or, eb }) =>
      or([
        eb("users.id", "=", viewerId),
        exists(
          selectFrom("room_members as mine")
            .innerJoin("room_members as theirs", "theirs.room_id", "mine.room_id")
            .innerJoin("rooms", "rooms.id", "mine.room_id")
            .select("mine.room_id")
            .where("mine.user_id", "=", viewerId)
            .whereRef("theirs.user_id", "=", "users.id")
            .where("rooms.deleted_at", "is", null),
        ),
      ]),
    )
    .execute();
  const leases = await bus.leases.held(people.map(({ id }) => leaseOf(id)));
  const standings = people.map((person, index) => ({ person, ...standingOf(leases[index] ?? []) }));
  const mine = await roomsOf(db, viewerId, standings.map(({ currentRoomId }) => currentRoomId).filter((id) => id !== null));
  return standings.map(({ person, status, currentRoomId }) => ({
    userId: person.id,
    status,
    lastSeen: status === "offline" ? (person.last_active_at?.toISOString() ?? null) : new Date(clock.now()).toISOString(),
    currentRoomId: currentRoomId !== null && mine.has(currentRoomId) ? currentRoomId : null,
  }));
}

async function roomsOf(db: Kysely<Tables>, userId: Id, among: Id[]): Promise<Set<Id>> {
  if (among.length === 0) return new Set();
  const rows = await db.selectFrom("room_members").select("room_id").where("user_id", "=", userId).where("room_id", "in", among).execute();
  return new Set(rows.map(({ room_id }) => room_id));
}
