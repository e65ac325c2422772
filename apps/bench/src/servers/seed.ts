import { hashToken, newToken } from "@tertulia/core/sessions/tokens";
import { openDatabase } from "@tertulia/db/open";
import { silentLog } from "@tertulia/db/testing/open-test-database";
import type { RoomSettings } from "@tertulia/model/rooms";
import { v7 as newId } from "uuid";
import type { Member } from "../generator/dialect.ts";
import type { DatabasePlace } from "./databases.ts";

/** So many rooms with so many members each; nobody is in two. */
export interface AudiencePlan {
  rooms: number;
  membersPerRoom: number;
}

export interface Audience {
  roomIds: string[];
  /** By room. */
  members: Member[][];
}

const ROWS_AT_ONCE = 1_000;
const settings: RoomSettings = { assistantMode: "off", whoCanPost: "everyone" };

/** Writes the accounts, sessions, rooms and memberships straight into a fresh database: signing a thousand people up takes minutes of argon2. */
export async function seedTertulia(place: DatabasePlace, plan: AudiencePlan): Promise<Audience> {
  const rooms = Array.from({ length: plan.rooms }, () => ({ id: newId(), people: Array.from({ length: plan.membersPerRoom }, () => ({ id: newId(), token: newToken() })) }));
  const people = rooms.flatMap(({ people }) => people);
  const [owner] = people;
  if (!owner) throw new Error("An audience has people.");
  await using database = await openDatabase("url" in place ? { url: place.url } : place, { log: silentLog });
  const { db } = database;
  const expires = new Date(Date.now() + 86_400_000);

  for (const some of parts(people)) {
    await db.insertInto("users").values(some.map(({ id }) => ({ id, kind: "human" as const, email: `${id}@tertulia.test`, username: nameOf(id), username_key: nameOf(id), display_name: nameOf(id), avatar_url: null, password_hash: null, last_active_at: null }))).execute();
    await db.insertInto("user_sessions").values(some.map(({ id, token }) => ({ id: newId(), user_id: id, token_hash: hashToken(token), kind: "api" as const, name: "bench", user_agent: null, ip_address: null, expires_at: expires, revoked_at: null }))).execute();
  }
  for (const some of parts(rooms)) {
    await db
      .insertInto("rooms")
      .values(some.map(({ id, people }) => ({ id, kind: "room" as const, dm_key: null, title: "Tea", is_private: true, password_hash: null, settings: JSON.stringify(settings), member_count: people.length, last_message_at: null, created_by: owner.id, deleted_at: null })))
      .execute();
  }
  for (const some of parts(rooms.flatMap(({ id, people }) => people.map((person) => ({ room_id: id, user_id: person.id, last_read_at: null, archived_at: null }))))) {
    await db.insertInto("room_members").values(some).execute();
  }
  return { roomIds: rooms.map(({ id }) => id), members: rooms.map(({ people }) => people) };
}

const nameOf = (id: string) => `p${id.replaceAll("-", "").slice(2)}`;

function parts<T>(rows: T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, part) => rows.slice(part * ROWS_AT_ONCE, (part + 1) * ROWS_AT_ONCE));
}
