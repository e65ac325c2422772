import type { Actor } from "@tertulia/model/actor";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import type { CreatedToken, CreateToken } from "@tertulia/model/sessions";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { insertSession } from "./insert-session.ts";
import { selectLiveSessions } from "./select-live-sessions.ts";
import { toSession } from "./to-session.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Makes an API token for programs, good for a year unless said otherwise. It is shown here once.
 * @throws VALIDATION_FAILED of an end that is past or more than five years ahead; CONFLICT TOO_MANY_TOKENS for the 51st that is still good
 */
export async function createToken(core: Core, actor: Actor, { name, expiresAt }: CreateToken): Promise<CreatedToken> {
  const { token, row } = await changeAs(core, actor, async ({ trx, at: now }) => {
    const ends = expiresAt === undefined ? daysAfter(now, limits.tokenDays) : new Date(expiresAt);
    if (ends <= now || ends > daysAfter(now, limits.tokenDaysMost)) throw new Refusal("VALIDATION_FAILED", { field: "expiresAt", reason: "INVALID_VALUE" });
    // Held until the end, so that tokens asked for at once are counted one by one.
    await trx.selectFrom("users").select("id").where("id", "=", actor.user.id).forNoKeyUpdate().execute();
    const live = await selectLiveSessions(trx, actor.user.id, now).where("name", "is not", null).select("id").limit(limits.tokensPerUser).execute();
    if (live.length === limits.tokensPerUser) throw new Refusal("CONFLICT", { reason: "TOO_MANY_TOKENS", limit: limits.tokensPerUser }, "There are as many API tokens as there can be: revoke one first.");
    return insertSession(trx, { userId: actor.user.id, kind: "api", name, userAgent: null, ip: null, now, expiresAt: ends });
  });
  return { token, session: toSession(row, actor.sessionId) };
}

const daysAfter = (now: Date, days: number): Date => new Date(now.getTime() + days * DAY_MS);
