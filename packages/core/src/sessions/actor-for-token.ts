import type { Actor } from "@tertulia/model/actor";
import type { Core } from "../core.ts";

/** Who speaks with this token; null if no live session has it. Cheap enough to ask for every request. */
export function actorForToken(core: Core, token: string): Promise<Actor | null> {
  return core.sessions.actorFor(token);
}

/** The same, for whoever listens now for the session's end: what was read before it could be heard isn't believed. */
export function actorForTokenAnew(core: Core, token: string): Promise<Actor | null> {
  return core.sessions.actorAnew(token);
}
