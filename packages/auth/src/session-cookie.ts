import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "@tertulia/model/ports/clock";
import { decode } from "next-auth/jwt";
import { parseCookies, sessionCookieName } from "./cookies.ts";

/** Opening the encrypted cookie costs more than everything else a request does before its verb; a page sends the same one for each. */
const KEPT_FOR_MS = 30_000;
const KEPT = 10_000;

/** Reads the session token that next-auth's encrypted cookie carries; null if there is none, or it is forged or out of date. */
export function openSessionCookie({ secret, secure, clock }: { secret: string; secure: boolean; clock: Clock }) {
  const name = sessionCookieName(secure);
  const opened = new Map<string, { token: Promise<string | null>; until: number }>();

  return function sessionTokenIn(headers: IncomingHttpHeaders): Promise<string | null> {
    const cookie = joined(parseCookies(headers.cookie), name);
    if (cookie === "") return Promise.resolve(null);
    const kept = opened.get(cookie);
    if (kept && kept.until > clock.now()) return kept.token;
    const token = sessionTokenOf(cookie, secret);
    if (opened.size >= KEPT) opened.clear();
    opened.set(cookie, { token, until: clock.now() + KEPT_FOR_MS });
    return token;
  };
}

/** Whether the request carries a session cookie at all, good or bad. */
export const carriesSessionCookie = (headers: IncomingHttpHeaders, secure: boolean): boolean =>
  joined(parseCookies(headers.cookie), sessionCookieName(secure)) !== "";

/** next-auth keeps a long cookie in numbered parts. */
function joined(cookies: Record<string, string>, name: string): string {
  const parts = [cookies[name] ?? ""];
  for (let part = 0; cookies[`${name}.${part}`] !== undefined; part++) parts.push(cookies[`${name}.${part}`] ?? "");
  return parts.join("");
}

async function sessionTokenOf(cookie: string, secret: string): Promise<string | null> {
  try {
    const claims = await decode({ token: cookie, secret });
    const session = claims?.["session"];
    return typeof session === "string" ? session : null;
  } catch {
    return null;
  }
}
