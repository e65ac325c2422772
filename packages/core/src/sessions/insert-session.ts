import type { Tables } from "@tertulia/db/schema";
import type { UserSessionsTable } from "@tertulia/db/tables/user-sessions";
import type { Id } from "@tertulia/model/ids";
import type { SessionKind } from "@tertulia/model/sessions";
import type { Kysely, Selectable } from "kysely";
import { v7 as newId } from "uuid";
import { hashToken, newToken } from "./tokens.ts";

export interface NewSession {
  userId: Id;
  kind: SessionKind;
  name: string | null;
  userAgent: string | null;
  ip: string | null;
  now: Date;
  expiresAt: Date;
}

const USER_AGENT_CHARS = 256;

/** Opens a session. The token is answered here and kept nowhere. */
export async function insertSession(
  db: Kysely<Tables>,
  { userId, kind, name, userAgent, ip, now, expiresAt }: NewSession,
): Promise<{ token: string; row: Selectable<UserSessionsTable> }> {
  const token = newToken();
  const row = await db
    .insertInto("user_sessions")
    .values({
      id: newId(),
      user_id: userId,
      token_hash: hashToken(token),
      kind,
      name,
      user_agent: userAgent?.slice(0, USER_AGENT_CHARS) ?? null,
      ip_address: ip,
      created_at: now,
      last_used_at: now,
      expires_at: expiresAt,
      revoked_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { token, row };
}
