import { sql } from "kysely";
import type { Core } from "../core.ts";
import { KEY_KEPT_MS } from "./once.ts";

const KEYS_PER_DELETE = 1_000;

/** Drops the names that no longer count, a thousand at a time: no statement takes the longer the more there are. Answers how many went. */
export async function forgetOldKeys({ db, clock }: Pick<Core, "db" | "clock">): Promise<number> {
  const before = new Date(clock.now() - KEY_KEPT_MS);
  for (let forgotten = 0; ; ) {
    const old = db.selectFrom("idempotency_keys").select(sql`ctid`.as("row")).where("used_at", "<=", before).limit(KEYS_PER_DELETE);
    const { numDeletedRows } = await db.deleteFrom("idempotency_keys").where(sql`ctid`, "in", old).executeTakeFirst();
    if (numDeletedRows === 0n) return forgotten;
    forgotten += Number(numDeletedRows);
  }
}
