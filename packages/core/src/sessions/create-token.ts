import type { Actor } from "@tertulia/model/actor";
import { Refusal } from "@tertulia/model/refusals";
import type { CreatedToken, CreateToken } from "@tertulia/model/sessions";
import type { Core } from "../core.ts";
import { insertSession } from "./insert-session.ts";
import { toSession } from "./to-session.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const TOKEN_DAYS = 365;

/** Makes an API token for programs, good for a year unless said otherwise. It is shown here once. @throws VALIDATION_FAILED of a past end */
export async function createToken(core: Core, actor: Actor, { name, expiresAt }: CreateToken): Promise<CreatedToken> {
  core.assertWritable();
  const now = core.clock.now();
  const ends = expiresAt === undefined ? new Date(now + TOKEN_DAYS * DAY_MS) : new Date(expiresAt);
  if (ends.getTime() <= now) throw new Refusal("VALIDATION_FAILED", { field: "expiresAt", reason: "INVALID_VALUE" });
  const { token, row } = await insertSession(core.db, {
    userId: actor.user.id,
    kind: "api",
    name,
    userAgent: null,
    ip: null,
    now: new Date(now),
    expiresAt: ends,
  });
  return { token, session: toSession(row, actor.sessionId) };
}
