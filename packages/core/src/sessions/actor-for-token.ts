import type { Actor } from "@tertulia/model/actor";
import type { Core } from "../core.ts";

/** Who speaks with this token; null if no live session has it. Cheap enough to ask for every request. */
export function actorForToken(core: Core, token: string): Promise<Actor | null> {
  return core.sessions.actorFor(token);
}
