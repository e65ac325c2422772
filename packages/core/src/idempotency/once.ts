import { hash } from "node:crypto";
import type { Tables } from "@tertulia/db/schema";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import type { ExpressionBuilder } from "kysely";
import type { Change } from "../change.ts";

export const KEY_KEPT_MS = 24 * 60 * 60 * 1_000;

/** What a client calls something that it asks for, and what exactly that is. Secrets stay out of the content. */
export interface NamedDeed {
  key: string;
  content: readonly unknown[];
}

/**
 * Makes something once per name and person: the same name again answers the id of what was made first, for 24 hours; without one it is always made.
 * Begin the change with it: the name is stored by the very transaction that makes the thing, so that either both are there or neither, and of two
 * at once the second waits for the first. Messages don't need it, theirs are kept with them. @throws CONFLICT DIFFERENT_CONTENT
 */
export async function once(change: Change, actor: Actor, deed: NamedDeed | null, make: () => Promise<Id>): Promise<{ id: Id; isNew: boolean }> {
  if (deed === null) return { id: await make(), isNew: true };
  const { trx, at } = change;
  const contentHash = hash("sha256", JSON.stringify(deed.content));
  const mine = (eb: ExpressionBuilder<Tables, "idempotency_keys">) => eb.and({ user_id: actor.user.id, key: deed.key });
  await trx.deleteFrom("idempotency_keys").where(mine).where("used_at", "<=", new Date(at.getTime() - KEY_KEPT_MS)).execute();
  await trx
    .insertInto("idempotency_keys")
    .values({ user_id: actor.user.id, key: deed.key, content_hash: contentHash, made_id: null, used_at: at })
    .onConflict((conflict) => conflict.columns(["user_id", "key"]).doNothing())
    .execute();
  const known = await trx.selectFrom("idempotency_keys").select(["content_hash", "made_id"]).where(mine).executeTakeFirstOrThrow();
  if (known.content_hash !== contentHash) throw new Refusal("CONFLICT", { reason: "DIFFERENT_CONTENT" });
  // Without what was made it is the row of just now: another's can't be seen before it has it.
  if (known.made_id !== null) return { id: known.made_id, isNew: false };
  const id = await make();
  await trx.updateTable("idempotency_keys").set({ made_id: id }).where(mine).execute();
  return { id, isNew: true };
}
