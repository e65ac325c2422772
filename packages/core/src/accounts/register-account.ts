import { timingSafeEqual } from "node:crypto";
import type { Tables } from "@tertulia/db/schema";
import type { Register, SignedIn } from "@tertulia/model/accounts";
import { Refusal } from "@tertulia/model/refusals";
import { type Kysely, sql } from "kysely";
import { v7 as newId } from "uuid";
import { change } from "../change.ts";
import type { Core } from "../core.ts";
import { hashToken } from "../sessions/tokens.ts";
import { isReservedUsername } from "../users/is-reserved-username.ts";
import { usernameKey } from "../users/username-key.ts";
import { type Caller, isLoopback, networkOf } from "./caller.ts";
import { isFirstRun } from "./is-first-run.ts";
import { hashPassword } from "./passwords.ts";
import { startSession } from "./start-session.ts";

/**
 * Makes an account and signs it in. The first one becomes ADMIN and, where the server asks for one, needs the setup code.
 * @throws CONFLICT {field, reason: TAKEN}, of a name that is a word of ours too; PERMISSION_DENIED {field: setupCode} or, where registration is closed, {reason: CLOSED};
 * RATE_LIMITED per address beyond this machine
 */
export async function registerAccount(core: Core, input: Register, from: Caller): Promise<SignedIn> {
  core.assertWritable();
  const mayBeFirst = await isFirstRun(core);
  if (mayBeFirst) await demandSetupCode(core, input.setupCode);
  else if (!core.settings.registrationOpen) throw closed();
  // Asked before the costly hash; the insert asks again, for whoever comes between.
  await refuseTaken(core.db, input);
  if (from.ip !== null && !isLoopback(from.ip)) await core.attempts.registration.take(networkOf(from.ip));
  const passwordHash = await hashPassword(input.password);

  return change(core, async ({ trx, at }) => {
    // Registrations go one by one from here, so that two at once make one ADMIN.
    await sql`select pg_advisory_xact_lock(hashtext(${REGISTRATIONS}))`.execute(trx);
    const isFirst = mayBeFirst && (await isFirstRun({ db: trx }));
    if (!isFirst && !core.settings.registrationOpen) throw closed();
    await refuseTaken(trx, input);
    const user = await trx
      .insertInto("users")
      .values({
        id: newId(),
        kind: "human",
        email: input.email,
        username: input.username,
        username_key: usernameKey(input.username),
        display_name: input.displayName ?? input.username,
        avatar_url: null,
        role: isFirst ? "ADMIN" : "USER",
        password_hash: passwordHash,
        locale: input.locale ?? "en",
        last_active_at: null,
        created_at: at,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return startSession(trx, user, from, at);
  });
}

const REGISTRATIONS = "tertulia registrations";
const closed = () => new Refusal("PERMISSION_DENIED", { reason: "CLOSED" }, "New accounts can't be made here.");

/** Wrong codes are counted all together, so that many addresses get no more tries than one. */
async function demandSetupCode(core: Core, given: string | undefined): Promise<void> {
  const { setupCode } = core.settings;
  if (setupCode === null) return;
  const giveBack = given === undefined ? null : await core.attempts.setupCode.take("");
  if (given === undefined || !isSame(setupCode, given)) throw new Refusal("PERMISSION_DENIED", { field: "setupCode" }, "The setup code is missing or wrong.");
  giveBack?.();
}

/** In a time that tells nothing of where they differ. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(hashToken(a)), Buffer.from(hashToken(b)));

async function refuseTaken(db: Kysely<Tables>, { email, username }: Register): Promise<void> {
  const key = usernameKey(username);
  if (isReservedUsername(username)) throw new Refusal("CONFLICT", { field: "username", reason: "TAKEN" });
  const taken = await db
    .selectFrom("users")
    .select(["email", "username_key"])
    .where((eb) => eb.or([eb("email", "=", email), eb("username_key", "=", key)]))
    .limit(2)
    .execute();
  if (taken.some((user) => user.username_key === key)) throw new Refusal("CONFLICT", { field: "username", reason: "TAKEN" });
  if (taken.length > 0) throw new Refusal("CONFLICT", { field: "email", reason: "TAKEN" });
}
