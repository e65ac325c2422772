import type { UpdateAccount } from "@tertulia/model/accounts";
import type { Actor } from "@tertulia/model/actor";
import type { Account } from "@tertulia/model/users";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { getAccount } from "./get-account.ts";

/** Changes how the actor is called or which language they read. Every node then forgets what it kept of them. */
export async function updateAccount(core: Core, actor: Actor, { displayName, locale }: UpdateAccount): Promise<Account> {
  const named = displayName === undefined ? {} : { display_name: displayName };
  const reading = locale === undefined ? {} : { locale };
  const changes = { ...named, ...reading };
  if (Object.keys(changes).length > 0) {
    await changeAs(core, actor, async (change) => {
      await change.trx.updateTable("users").set(changes).where("id", "=", actor.user.id).execute();
      change.tell(actor.user.id, { kind: "account.changed" });
    });
  }
  return getAccount(core, actor);
}
