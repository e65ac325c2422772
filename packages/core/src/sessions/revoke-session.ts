import type { Actor } from "@tertulia/model/actor";
import { Refusal } from "@tertulia/model/refusals";
import type { RevokeSession } from "@tertulia/model/sessions";
import { change } from "../change.ts";
import type { Core } from "../core.ts";
import { endSessions } from "./end-sessions.ts";

/** Ends one of the actor's sessions or tokens; its sockets close within a second, on a node that doesn't hear of it within three. @throws NOT_FOUND of anyone else's and of one that has ended */
export async function revokeSession(core: Core, actor: Actor, { id }: RevokeSession): Promise<void> {
  await change(core, async (change) => {
    const ended = await endSessions(change, actor.user.id, (eb) => eb("id", "=", id));
    if (ended === 0) throw new Refusal("NOT_FOUND", { id });
  });
}
