import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import type { InboxEntry, LastMessage, RoomPage } from "@tertulia/model/rooms";
import { excerptOf } from "@tertulia/model/excerpt";
import type { User } from "@tertulia/model/users";
import { type Kysely, sql } from "kysely";
import { readTimeCursor, writeTimeCursor } from "../paging/cursor.ts";
import { countMentions, countUnread } from "../reads/count-unread.ts";
import { toRoom } from "../rooms/to-room.ts";
import { toUser, userColumns } from "../users/to-user.ts";

interface PageOf {
  archived: boolean;
  cursor?: string | undefined;
  limit: number;
}

/** A page of someone's rooms, the last active first. */
export async function loadInboxPage(db: Kysely<Tables>, userId: Id, { archived, cursor, limit }: PageOf): Promise<RoomPage> {
  const seats = selectSeats(db, userId)
    .where("me.archived_at", archived ? "is not" : "is", null)
    .$if(cursor !== undefined, (query) => query.where(isBefore(cursor ?? "")))
    .orderBy(activity, "desc")
    .orderBy("rooms.id", "desc")
    .limit(limit + 1);
  const rows = await selectEntries(db, userId, seats).orderBy("seat.activity", "desc").orderBy("seat.id", "desc").execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const nextCursor = last && rows.length > limit ? writeTimeCursor({ at: last.activity, id: last.id }) : null;
  return { items: await toEntries(db, userId, page), nextCursor };
}

/** The entries of the rooms asked for, in no order; those that the user isn't in are left out. */
export async function loadInboxEntries(db: Kysely<Tables>, userId: Id, { roomIds }: { roomIds: Id[] }): Promise<InboxEntry[]> {
  if (roomIds.length === 0) return [];
  const seats = selectSeats(db, userId).where("rooms.id", "in", roomIds);
  return toEntries(db, userId, await selectEntries(db, userId, seats).execute());
}

/** The entry of a room that its reader has just been seated in. @throws ROOM_NOT_FOUND if they are out again already */
export async function loadMyEntry(db: Kysely<Tables>, userId: Id, roomId: Id): Promise<InboxEntry> {
  const [entry] = await loadInboxEntries(db, userId, { roomIds: [roomId] });
  if (!entry) throw new Refusal("ROOM_NOT_FOUND", { roomId });
  return entry;
}

/** A room is as recent as its newest message, or else as the room itself. */
const activity = sql<Date>`coalesce(rooms.last_message_at, rooms.created_at)`;

function isBefore(cursor: string) {
  const { at, id } = readTimeCursor(cursor);
  return sql<boolean>`(${activity}, rooms.id) < (${at}::timestamptz, ${id}::uuid)`;
}

function selectSeats(db: Kysely<Tables>, userId: Id) {
  return db
    .selectFrom("room_members as me")
    .innerJoin("rooms", "rooms.id", "me.room_id")
    .selectAll("rooms")
    .select(["me.last_read_seq", "me.archived_at", activity.as("activity")])
    .where("me.user_id", "=", userId)
    .where("rooms.deleted_at", "is", null);
}

/** Everything an entry shows but its people, in one statement for the whole page. Counts stop at 100, so their cost is bounded too. */
function selectEntries(db: Kysely<Tables>, userId: Id, seats: ReturnType<typeof selectSeats>) {
  return db
    .with("seat", () => seats)
    .selectFrom("seat")
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom("messages as m")
          .select(["m.seq as last_seq", "m.content as last_content", "m.created_at as last_at", "m.author_id as last_author_id"])
          .whereRef("m.room_id", "=", "seat.id")
          .where("m.deleted_at", "is", null)
          .where("m.thread_root_id", "is", null)
          // An answer being written has no words yet that would stay.
          .where("m.status", "<>", "streaming")
          .orderBy("m.seq", "desc")
          .limit(1)
          .as("last"),
      (join) => join.onTrue(),
    )
    .leftJoin("users as author", "author.id", "last.last_author_id")
    .selectAll("seat")
    .select([
      "last.last_seq", "last.last_content", "last.last_at", "author.id as author_id", "author.username as author_username",
      "author.display_name as author_display_name", "author.avatar_url as author_avatar_url", "author.kind as author_kind",
    ])
    .select([countUnread(place, userId).as("unread"), countMentions(place, userId).as("mentions")]);
}

const place = { roomId: sql.ref<Id>("seat.id"), lastReadSeq: sql.ref<number>("seat.last_read_seq") };

type EntryRow = Awaited<ReturnType<ReturnType<typeof selectEntries>["execute"]>>[number];

async function toEntries(db: Kysely<Tables>, userId: Id, rows: EntryRow[]): Promise<InboxEntry[]> {
  const others = await loadOthers(db, userId, rows.filter(({ kind }) => kind !== "room").map(({ id }) => id));
  return rows.map((row) => ({
    room: toRoom(row),
    headSeq: row.head_seq,
    last: toLast(row),
    unread: row.unread,
    mentions: row.mentions,
    lastReadSeq: row.last_read_seq,
    archived: row.archived_at !== null,
    others: others.get(row.id) ?? [],
  }));
}

function toLast(row: EntryRow): LastMessage | null {
  const { last_seq: seq, last_content, last_at, author_id, author_username, author_display_name, author_kind } = row;
  if (seq === null || last_content === null || last_at === null) return null;
  if (author_id === null || author_username === null || author_display_name === null || author_kind === null) return null;
  const author = { id: author_id, username: author_username, displayName: author_display_name, avatarUrl: row.author_avatar_url, kind: author_kind };
  return { seq, author, excerpt: excerptOf(last_content), at: last_at.toISOString() };
}

/** Who else sits in direct messages and assistant chats, which are shown by their people. */
async function loadOthers(db: Kysely<Tables>, userId: Id, roomIds: Id[]): Promise<Map<Id, User[]>> {
  if (roomIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("room_members")
    .innerJoin("users", "users.id", "room_members.user_id")
    .select([...userColumns, "room_members.room_id"])
    .where("room_members.room_id", "in", roomIds)
    .where("users.id", "<>", userId)
    .orderBy("room_members.joined_at")
    .orderBy("users.id")
    .execute();
  return new Map(Map.groupBy(rows, (row) => row.room_id).entries().map(([roomId, seated]) => [roomId, seated.map(toUser)]));
}
