import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { Member, MemberPage } from "@tertulia/model/members";
import { type Kysely, sql } from "kysely";
import { readCursor, writeCursor } from "../paging/cursor.ts";
import { userColumns } from "../users/to-user.ts";
import { memberColumns, toMember } from "./to-member.ts";

/** A page of a room's members by username. */
export async function loadMembers(db: Kysely<Tables>, roomId: Id, { cursor, limit }: { cursor?: string | undefined; limit: number }): Promise<MemberPage> {
  const after = cursor === undefined ? "" : readCursor(cursor);
  const rows = await selectMembers(db, roomId)
    .where(byKey, ">", after)
    .orderBy(byKey)
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: page.map(toMember), nextCursor: last && rows.length > limit ? writeCursor(last.username_key) : null };
}

/** Byte by byte, so that both databases sort alike whatever their locale. */
const byKey = sql<string>`users.username_key collate "C"`;

/** One member; null if that user isn't one. */
export async function loadMember(db: Kysely<Tables>, roomId: Id, userId: Id): Promise<Member | null> {
  const row = await selectMembers(db, roomId).where("users.id", "=", userId).executeTakeFirst();
  return row ? toMember(row) : null;
}

function selectMembers(db: Kysely<Tables>, roomId: Id) {
  return db
    .selectFrom("room_members")
    .innerJoin("users", "users.id", "room_members.user_id")
    .select([...userColumns, ...memberColumns, "users.username_key"])
    .where("room_members.room_id", "=", roomId);
}
