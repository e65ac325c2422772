import type { Tables } from "@tertulia/db/schema";
import type { Id, Seq } from "@tertulia/model/ids";
import type { MessagePage } from "@tertulia/model/messages";
import type { Kysely } from "kysely";
import { selectThread, selectTimeline, toMessage } from "./load-messages.ts";

/** Which part of a room's timeline, or of a thread in it; at most one of the seqs, none for the newest. */
export interface PageOf {
  threadRootId?: Id | undefined;
  before?: Seq | undefined;
  after?: Seq | undefined;
  around?: Seq | undefined;
  limit: number;
}

/** A page of a room's timeline or of a thread, oldest first, deleted messages as tombstones. Found by seq, so it costs the same however far back. */
export async function loadPage(db: Kysely<Tables>, roomId: Id, { threadRootId, before, after, around, limit }: PageOf): Promise<Omit<MessagePage, "headSeq">> {
  const select = () => (threadRootId === undefined ? selectTimeline(db, roomId) : selectThread(db, roomId, threadRootId));
  if (around !== undefined) {
    const older = await walk(select, "older", around + 1, Math.ceil(limit / 2));
    const newer = await walk(select, "newer", around, Math.floor(limit / 2));
    return { items: [...older.items, ...newer.items], hasBefore: older.hasMore, hasAfter: newer.hasMore };
  }
  if (after !== undefined) {
    const { items, hasMore } = await walk(select, "newer", after, limit);
    return { items, hasBefore: await hasAny(select, "older", items[0]?.seq ?? after + 1), hasAfter: hasMore };
  }
  const { items, hasMore } = await walk(select, "older", before ?? Number.MAX_SAFE_INTEGER, limit);
  return { items, hasBefore: hasMore, hasAfter: before !== undefined && (await hasAny(select, "newer", items.at(-1)?.seq ?? before - 1)) };
}

type Select = () => ReturnType<typeof selectTimeline>;
type Direction = "older" | "newer";

/** The next messages from a seq on, without the one at it. */
async function walk(select: Select, direction: Direction, from: Seq, limit: number) {
  const rows = await select()
    .where("m.seq", direction === "older" ? "<" : ">", from)
    .orderBy("m.seq", direction === "older" ? "desc" : "asc")
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map(toMessage);
  return { items: direction === "older" ? items.toReversed() : items, hasMore: rows.length > limit };
}

async function hasAny(select: Select, direction: Direction, from: Seq): Promise<boolean> {
  const row = await select()
    .clearSelect()
    .select("m.id")
    .where("m.seq", direction === "older" ? "<" : ">", from)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
