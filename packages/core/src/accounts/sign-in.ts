import type { SignedIn, SignIn } from "@tertulia/model/accounts";
import { Refusal } from "@tertulia/model/refusals";
import type { Core } from "../core.ts";
import { usernameKey } from "../users/username-key.ts";
import { type Caller, networkOf } from "./caller.ts";
import { isPassword } from "./passwords.ts";
import { startSession } from "./start-session.ts";

/**
 * Opens a session for whoever knows an account's name or email and its password. A wrong name and a wrong password
 * are refused in the same words and after the same time.
 * @throws UNAUTHENTICATED, RATE_LIMITED after 5 wrong ones in 15 min for that account from that address, UNAVAILABLE while nodes can't count them together
 */
export async function signIn(core: Core, { login, password }: SignIn, from: Caller): Promise<SignedIn> {
  core.assertWritable();
  const user = await findByLogin(core, login);
  const guess = `${user?.id ?? usernameKey(login)} ${networkOf(from.ip ?? "")}`;
  const giveBack = await core.attempts.signIn.take(guess);
  const knowsIt = await isPassword(user?.password_hash ?? null, password);
  if (!user || !knowsIt) throw new Refusal("UNAUTHENTICATED", { reason: "WRONG_LOGIN" }, "The name or the password is wrong.");
  giveBack();
  return startSession(core.db, user, from, new Date(core.clock.now()));
}

/** Every email has an @ and no username, though people write it in front of theirs. */
function findByLogin(core: Core, login: string) {
  const name = login.trim().replace(/^@/, "");
  return core.db
    .selectFrom("users")
    .selectAll()
    .where("kind", "=", "human")
    .where((eb) => (name.includes("@") ? eb("email", "=", name.toLowerCase()) : eb("username_key", "=", usernameKey(name))))
    .executeTakeFirst();
}
