import type { Tables } from "@tertulia/db/schema";
import type { UsersTable } from "@tertulia/db/tables/users";
import type { SignedIn } from "@tertulia/model/accounts";
import * as limits from "@tertulia/model/limits";
import type { Kysely, Selectable } from "kysely";
import { insertSession } from "../sessions/insert-session.ts";
import type { Caller } from "./caller.ts";
import { toAccount } from "./to-account.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Opens a session of 30 days for someone who has shown who they are. */
export async function startSession(db: Kysely<Tables>, user: Selectable<UsersTable>, from: Caller, now: Date): Promise<SignedIn> {
  const expiresAt = new Date(now.getTime() + limits.sessionDays * DAY_MS);
  const { token } = await insertSession(db, { userId: user.id, kind: from.kind, name: null, userAgent: from.userAgent, ip: from.ip, now, expiresAt });
  return { token, expiresAt: expiresAt.toISOString(), user: toAccount(user) };
}
