import type { Actor } from "@tertulia/model/actor";
import type { Session } from "@tertulia/model/sessions";
import type { Core } from "../core.ts";
import { toSession } from "./to-session.ts";

const SHOWN = 200;

/** Where the actor is signed in and which API tokens speak for them, the last used first. */
export async function listSessions(core: Core, actor: Actor): Promise<Session[]> {
  const rows = await core.db
    .selectFrom("user_sessions")
    .selectAll()
    .where("user_id", "=", actor.user.id)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", new Date(core.clock.now()))
    .orderBy("last_used_at", "desc")
    .orderBy("id", "desc")
    .limit(SHOWN)
    .execute();
  return rows.map((row) => toSession(row, actor.sessionId));
}
