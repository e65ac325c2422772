import type { Tables } from "@tertulia/db/schema";
import type { Id, Seq } from "@tertulia/model/ids";
import type { MessagePage } from "@tertulia/model/messages";
import type { Kysely } from "kysely";
import { selectTimeline, toMessage } from "./load-messages.ts";

/** Which part of a room's timeline; at most one of the seqs, none for the newest. */
export interface PageOf {
  before?: Seq | undefined;
  after?: Seq | undefined;
  around?: Seq | undefined;
  limit: number;
}

/** A page of a room's timeline, oldest first, deleted messages as tombstones. Found by seq, so it costs the same however far back (design §11). */
export async function loadPage(db: Kysely<Tables>, roomId: Id, { before, after, around, limit }: PageOf): Promise<Omit<MessagePage, "headSeq">> {
  if (around !== undefined) {
    const older = await walk(db, roomId, "older", around + 1, Math.ceil(limit / 2));
    const newer = await walk(db, roomId, "newer", around, Math.floor(limit / 2));
    return { items: [...older.items, ...newer.items], hasBefore: older.hasMore, hasAfter: newer.hasMore };
  }
  if (after !== undefined) {
    const { items, hasMore } = await walk(db, roomId, "newer", after, limit);
    return { items, hasBefore: await hasAny(db, roomId, "older", items[0]?.seq ?? after + 1), hasAfter: hasMore };
  }
  const { items, hasMore } = await walk(db, roomId, "older", before ?? Number.MAX_SAFE_INTEGER, limit);
  return { items, hasBefore: hasMore, hasAfter: before !== undefined && (await hasAny(db, roomId, "newer", items.at(-1)?.seq ?? before - 1)) };
}

type Direction = "older" | "newer";

/** The next messages from a seq on, without the one at it. */
async function walk(db: Kysely<Tables>, roomId: Id, direction: Direction, from: Seq, limit: number) {
  const rows = await selectTimeline(db, roomId)
    .where("m.seq", direction === "older" ? "<" : ">", from)
    .orderBy("m.seq", direction === "older" ? "desc" : "asc")
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map(toMessage);
  return { items: direction === "older" ? items.toReversed() : items, hasMore: rows.length > limit };
}

async function hasAny(db: Kysely<Tables>, roomId: Id, direction: Direction, from: Seq): Promise<boolean> {
  const row = await selectTimeline(db, roomId)
    .clearSelect()
    .select("m.id")
    .where("m.seq", direction === "older" ? "<" : ">", from)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
