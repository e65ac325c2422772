import type { Actor } from "@tertulia/model/actor";
import type { GetPresence, Presence } from "@tertulia/model/presence";
import type { Core } from "../core.ts";
import { loadPresence } from "./load-presence.ts";

/** How the asked people are. Who shares no room with the actor is left out, like someone who doesn't exist. */
export async function getPresence(core: Core, actor: Actor, { userIds }: GetPresence): Promise<Presence[]> {
  return loadPresence(core, actor.user.id, [...new Set(userIds)]);
}
