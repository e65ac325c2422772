import type { ChangePassword } from "@tertulia/model/accounts";
import type { Actor } from "@tertulia/model/actor";
import { Refusal } from "@tertulia/model/refusals";
import { change } from "../change.ts";
import type { Core } from "../core.ts";
import { endSessions } from "../sessions/end-sessions.ts";
import { hashPassword, isPassword } from "./passwords.ts";

/** Changes the actor's password and ends all their other sessions and tokens. @throws WRONG_PASSWORD, RATE_LIMITED after 5 wrong ones in 15 min */
export async function changePassword(core: Core, actor: Actor, { current, next }: ChangePassword): Promise<void> {
  const { id } = actor.user;
  const user = await core.db.selectFrom("users").select("password_hash").where("id", "=", id).executeTakeFirst();
  const giveBack = await core.attempts.ownPassword.take(id);
  if (!(await isPassword(user?.password_hash ?? null, current))) throw new Refusal("WRONG_PASSWORD", { field: "current" });
  giveBack();
  const hashed = await hashPassword(next);
  await change(core, async (change) => {
    await change.trx.updateTable("users").set({ password_hash: hashed }).where("id", "=", id).execute();
    await endSessions(change, id, (eb) => eb("id", "<>", actor.sessionId));
  });
}
