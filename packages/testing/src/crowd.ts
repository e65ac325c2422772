import { hashToken, newToken } from "@tertulia/core/sessions/tokens";
import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import { type Kysely, sql } from "kysely";
import { v7 as newId } from "uuid";

/** One of many, with a session. */
export interface Guest {
  id: Id;
  username: string;
  token: string;
}

export interface Crowd {
  people: Guest[];
  /** Their rooms, private ones. */
  rooms: Id[];
}

/**
 * Writes many people, their sessions and their rooms straight into a database: registering each would hash ten thousand passwords.
 * Everyone sits in `membersPerRoom` rooms' worth of seats, dealt out in turn; by default everyone sits in every room.
 */
export async function gatherCrowd(db: Kysely<Tables>, { people, rooms = 1, membersPerRoom = people }: { people: number; rooms?: number; membersPerRoom?: number }): Promise<Crowd> {
  const named = newId().slice(-6);
  const guests = Array.from({ length: people }, (_, n): Guest => ({ id: newId(), username: `guest_${named}_${n}`, token: newToken() }));
  const roomIds = Array.from({ length: rooms }, () => newId());
  const [first] = guests;
  if (!first) throw new Error("A crowd of nobody has nobody to make its rooms.");
  const ids = guests.map(({ id }) => id);
  const names = guests.map(({ username }) => username);
  await db.transaction().execute(async (trx) => {
    await sql`insert into users (id, kind, email, username, username_key, display_name)
      select id, 'human', name || '@tertulia.test', name, name, name from unnest(${ids}::uuid[], ${names}::text[]) as guest (id, name)`.execute(trx);
    await sql`insert into user_sessions (id, user_id, token_hash, kind, expires_at)
      select id, user_id, hash, 'api', now() + interval '30 days'
      from unnest(${ids.map(() => newId())}::uuid[], ${ids}::uuid[], ${guests.map(({ token }) => hashToken(token))}::text[]) as session (id, user_id, hash)`.execute(trx);
    await sql`insert into rooms (id, kind, title, is_private, settings, member_count, created_by)
      select id, 'room', 'Tea', true, '{"assistantMode":"mention","whoCanPost":"everyone"}', ${membersPerRoom}, ${first.id} from unnest(${roomIds}::uuid[]) as room (id)`.execute(trx);
    const seats = roomIds.flatMap((room, at) => Array.from({ length: membersPerRoom }, (_, n) => ({ room, guest: ids[(at * membersPerRoom + n) % people] ?? first.id })));
    await sql`insert into room_members (room_id, user_id, role)
      select room, guest, 'MEMBER' from unnest(${seats.map(({ room }) => room)}::uuid[], ${seats.map(({ guest }) => guest)}::uuid[]) as seat (room, guest)`.execute(trx);
  });
  return { people: guests, rooms: roomIds };
}
