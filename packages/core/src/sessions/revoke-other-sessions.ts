import type { Actor } from "@tertulia/model/actor";
import { change } from "../change.ts";
import type { Core } from "../core.ts";
import { endSessions } from "./end-sessions.ts";

/** Ends every session and token of the actor but the one that asks. */
export async function revokeOtherSessions(core: Core, actor: Actor): Promise<void> {
  await change(core, async (change) => {
    await endSessions(change, actor.user.id, (eb) => eb("id", "<>", actor.sessionId));
  });
}
