import type { Actor } from "@tertulia/model/actor";
import * as limits from "@tertulia/model/limits";
import type { BrowsePage, BrowseRooms } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { containing } from "../paging/like-patterns.ts";
import { readTimeCursor, writeTimeCursor } from "../paging/cursor.ts";
import { toRoom } from "./to-room.ts";

/** The public rooms, the newest first, and whether the actor is in each; `q` stands somewhere in the title. */
export async function browseRooms(core: Core, actor: Actor, { q, cursor }: BrowseRooms): Promise<BrowsePage> {
  const limit = limits.pageDefault;
  const from = cursor === undefined ? null : readTimeCursor(cursor);
  const words = q?.trim() ?? "";
  const rows = await core.db
    .selectFrom("rooms")
    .leftJoin("room_members as me", (join) => join.onRef("me.room_id", "=", "rooms.id").on("me.user_id", "=", actor.user.id))
    .selectAll("rooms")
    .select("me.user_id as my_id")
    .where("rooms.kind", "=", "room")
    .where("rooms.is_private", "=", false)
    .where("rooms.deleted_at", "is", null)
    .$if(words !== "", (query) => query.where("rooms.title", "ilike", containing(words)))
    .$if(from !== null, (query) =>
      query.where((eb) => eb.or([eb("rooms.created_at", "<", from?.at ?? null), eb.and([eb("rooms.created_at", "=", from?.at ?? null), eb("rooms.id", ">", from?.id ?? null)])])),
    )
    .orderBy("rooms.created_at", "desc")
    .orderBy("rooms.id")
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => ({ room: toRoom(row), joined: row.my_id !== null })),
    nextCursor: last && rows.length > limit ? writeTimeCursor({ at: last.created_at, id: last.id }) : null,
  };
}
