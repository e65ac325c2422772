import { hashToken, newToken } from "@tertulia/core/sessions/tokens";
import { openDatabase } from "@tertulia/db/open";
import { silentLog } from "@tertulia/db/testing/open-test-database";
import type { RoomSettings } from "@tertulia/model/rooms";
import { sql } from "kysely";
import { v7 as newId } from "uuid";
import { type Audience, type AudiencePlan, layOut } from "./audience.ts";
import type { DatabasePlace } from "./databases.ts";

const ROWS_AT_ONCE = 1_000;
const settings: RoomSettings = { assistantMode: "mention", whoCanPost: "everyone", slowModeSeconds: 0 };
const nobody = { email: null, avatar_url: null, password_hash: null, last_active_at: null };
const noSession = { name: "bench", user_agent: null, ip_address: null, revoked_at: null };
const plainRoom = { dm_key: null, title: "Tea", is_private: true, password_hash: null, settings: JSON.stringify(settings), last_message_at: null, deleted_at: null };

/**
 * Writes accounts, sessions, rooms and memberships straight into a fresh database: to sign a thousand people up takes minutes of argon2.
 * The first person owns every room they are in.
 */
export async function seedTertulia(place: DatabasePlace, plan: AudiencePlan): Promise<Audience> {
  const roomIds = Array.from({ length: plan.rooms }, () => newId());
  const people = layOut(plan).map((rooms) => ({ id: newId(), token: newToken(), rooms }));
  const [owner] = people;
  if (!owner) throw new Error("An audience has people.");
  const expires = new Date(Date.now() + 86_400_000);

  await using database = await openDatabase("url" in place ? { url: place.url } : place, { log: silentLog });
  const { db } = database;
  await inParts(people.map(({ id }) => ({ ...nobody, id, kind: "human" as const, username: nameOf(id), username_key: nameOf(id), display_name: nameOf(id) })), (users) => db.insertInto("users").values(users).execute());
  await inParts(
    people.map(({ id, token }) => ({ ...noSession, id: newId(), user_id: id, token_hash: hashToken(token), kind: "api" as const, expires_at: expires })),
    (sessions) => db.insertInto("user_sessions").values(sessions).execute(),
  );
  await inParts(roomIds.map((id) => ({ ...plainRoom, id, kind: "room" as const, member_count: plan.membersPerRoom, created_by: owner.id })), (rooms) => db.insertInto("rooms").values(rooms).execute());
  await inParts(
    people.flatMap(({ id, rooms }) =>
      rooms.map((room) => ({ room_id: roomIds[room] ?? "", user_id: id, role: id === owner.id ? ("OWNER" as const) : ("MEMBER" as const), last_read_at: null, archived_at: null })),
    ),
    (members) => db.insertInto("room_members").values(members).execute(),
  );
  // Postgres does so by itself within a minute, and plans badly until then.
  await sql`analyze`.execute(db);
  return { roomIds, people };
}

const nameOf = (id: string) => `p${id.replaceAll("-", "").slice(2)}`;

async function inParts<T>(rows: T[], insert: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) await insert(rows.slice(first, first + ROWS_AT_ONCE));
}
