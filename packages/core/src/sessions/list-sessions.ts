import type { Actor } from "@tertulia/model/actor";
import type { Session } from "@tertulia/model/sessions";
import type { Core } from "../core.ts";
import { selectLiveSessions } from "./select-live-sessions.ts";
import { toSession } from "./to-session.ts";

const SHOWN = 200;

/** Every API token that speaks for the actor, and where they are signed in: 200 in all, the last used first. */
export async function listSessions(core: Core, actor: Actor): Promise<Session[]> {
  const rows = await selectLiveSessions(core.db, actor.user.id, new Date(core.clock.now()))
    .selectAll()
    // A script that signs in every hour must not push out of sight what its owner may want to revoke.
    .orderBy((eb) => eb("name", "is", null))
    .orderBy("last_used_at", "desc")
    .orderBy("id", "desc")
    .limit(SHOWN)
    .execute();
  return rows.toSorted((one, other) => other.last_used_at.getTime() - one.last_used_at.getTime()).map((row) => toSession(row, actor.sessionId));
}
