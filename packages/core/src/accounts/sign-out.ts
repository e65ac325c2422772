import type { Actor } from "@tertulia/model/actor";
import { change } from "../change.ts";
import type { Core } from "../core.ts";
import { endSessions } from "../sessions/end-sessions.ts";

/** Ends the session that asks. Again is the same. */
export async function signOut(core: Core, actor: Actor): Promise<void> {
  await change(core, async (change) => {
    await endSessions(change, actor.user.id, (eb) => eb("id", "=", actor.sessionId));
  });
}
