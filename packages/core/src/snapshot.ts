import type { Tables } from "@tertulia/db/schema";
import type { Kysely, Transaction } from "kysely";

/** Reads that belong together: all of them see the database as it was at the first. */
export function inSnapshot<T>(db: Kysely<Tables>, read: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute(read);
}
