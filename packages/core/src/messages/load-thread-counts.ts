import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { Kysely } from "kysely";

/** How many replies each of these messages has in its thread, deleted ones left out. */
export async function loadThreadCounts(db: Kysely<Tables>, rootIds: Id[]): Promise<Map<Id, number>> {
  if (rootIds.length === 0) return new Map();
  const rows = await db.selectFrom("messages").select(["id", "thread_count"]).where("id", "in", rootIds).execute();
  return new Map(rows.map((row) => [row.id, row.thread_count]));
}
