import type { IncomingHttpHeaders } from "node:http";
import type { Core } from "@tertulia/core/core";
import { actorForToken } from "@tertulia/core/sessions/actor-for-token";
import type { Actor } from "@tertulia/model/actor";
import { carriesSessionCookie, openSessionCookie } from "./session-cookie.ts";

/** Who sent a request, and how they said so. A cookie is sent by the browser unasked, so it counts only from pages of ours. */
export interface Identity {
  by: "nothing" | "bearer" | "cookie";
  /** The session token they showed, if it could be read. */
  token: string | null;
  /** Whom the token stands for; null if it is unknown, revoked or past its end. */
  actor: Actor | null;
}

export interface Identities {
  /** The same for every door: a bearer token, else the session cookie. */
  actorFrom(headers: IncomingHttpHeaders): Promise<Identity>;
}

export function openIdentities(core: Core, { secret, secure }: { secret: string; secure: boolean }): Identities {
  const sessionTokenIn = openSessionCookie({ secret, secure, clock: core.clock });

  async function actorFrom(headers: IncomingHttpHeaders): Promise<Identity> {
    const bearer = bearerIn(headers.authorization);
    if (bearer !== null) return identified("bearer", bearer);
    if (carriesSessionCookie(headers, secure)) return identified("cookie", await sessionTokenIn(headers));
    return { by: "nothing", token: null, actor: null };
  }

  const identified = async (by: "bearer" | "cookie", token: string | null): Promise<Identity> => ({
    by,
    token,
    actor: token === null ? null : await actorForToken(core, token),
  });

  return { actorFrom };
}

function bearerIn(authorization: string | undefined): string | null {
  return /^bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? null;
}
