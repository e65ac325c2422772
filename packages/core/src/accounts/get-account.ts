import type { Actor } from "@tertulia/model/actor";
import { Refusal } from "@tertulia/model/refusals";
import type { Account } from "@tertulia/model/users";
import type { Core } from "../core.ts";
import { toAccount } from "./to-account.ts";

/** The actor's own account, with what only its owner sees. @throws UNAUTHENTICATED if it is gone */
export async function getAccount(core: Core, actor: Actor): Promise<Account> {
  const row = await core.db.selectFrom("users").selectAll().where("id", "=", actor.user.id).executeTakeFirst();
  if (!row) throw new Refusal("UNAUTHENTICATED");
  return toAccount(row);
}
