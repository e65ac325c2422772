import { hash } from "node:crypto";
import type { Tables } from "@tertulia/db/schema";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import type { ExpressionBuilder } from "kysely";
import type { Change } from "../change.ts";
import type { Core } from "../core.ts";

export const KEY_KEPT_MS = 24 * 60 * 60 * 1_000;

/** What a client calls something that it asks for, and what exactly that is. Secrets stay out of the content. */
export interface NamedDeed {
  key: string;
  content: readonly unknown[];
}

/**
 * What was made under that name already; null if nothing was, or there is no name. Ask it before anything is worked out or counted:
 * asking again costs nothing, and needs no right but to see what was made. @throws CONFLICT DIFFERENT_CONTENT
 */
export async function findMade({ db, clock }: Pick<Core, "db" | "clock">, actor: Actor, deed: NamedDeed | null): Promise<Id | null> {
  if (deed === null) return null;
  const known = await db.selectFrom("idempotency_keys").select(["content_hash", "made_id"]).where(isNameOf(actor, deed)).where("used_at", ">", oldestKept(clock.now())).executeTakeFirst();
  if (!known) return null;
  demandSame(known, deed);
  return known.made_id;
}

/**
 * Makes something once per name and person: the same name again answers the id of what was made first, for 24 hours; without one it is always made.
 * Begin the change with it: the name is stored by the very transaction that makes the thing, so that either both are there or neither, and of two
 * at once the second waits for the first. Messages don't need it, theirs are kept with them. @throws CONFLICT DIFFERENT_CONTENT
 */
export async function once(change: Change, actor: Actor, deed: NamedDeed | null, make: () => Promise<Id>): Promise<{ id: Id; isNew: boolean }> {
  if (deed === null) return { id: await make(), isNew: true };
  const { trx, at } = change;
  const mine = isNameOf(actor, deed);
  await trx.deleteFrom("idempotency_keys").where(mine).where("used_at", "<=", oldestKept(at.getTime())).execute();
  await trx
    .insertInto("idempotency_keys")
    .values({ user_id: actor.user.id, key: deed.key, content_hash: hashOf(deed), made_id: null, used_at: at })
    .onConflict((conflict) => conflict.columns(["user_id", "key"]).doNothing())
    .execute();
  const known = await trx.selectFrom("idempotency_keys").select(["content_hash", "made_id"]).where(mine).executeTakeFirstOrThrow();
  demandSame(known, deed);
  // Without what was made it is the row of just now: another's can't be seen before it has it.
  if (known.made_id !== null) return { id: known.made_id, isNew: false };
  const id = await make();
  await trx.updateTable("idempotency_keys").set({ made_id: id }).where(mine).execute();
  return { id, isNew: true };
}

const isNameOf = (actor: Actor, { key }: NamedDeed) => (eb: ExpressionBuilder<Tables, "idempotency_keys">) => eb.and({ user_id: actor.user.id, key });
const oldestKept = (now: number) => new Date(now - KEY_KEPT_MS);
const hashOf = ({ content }: NamedDeed) => hash("sha256", JSON.stringify(content));

function demandSame({ content_hash }: { content_hash: string }, deed: NamedDeed): void {
  if (content_hash !== hashOf(deed)) throw new Refusal("CONFLICT", { reason: "DIFFERENT_CONTENT" });
}
