import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "@tertulia/core/accounts/caller";
import { signIn } from "@tertulia/core/accounts/sign-in";
import { signOut } from "@tertulia/core/accounts/sign-out";
import type { Core } from "@tertulia/core/core";
import { actorForToken } from "@tertulia/core/sessions/actor-for-token";
import { SignIn } from "@tertulia/model/accounts";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import type { AuthOptions } from "next-auth";
import { AuthResponse, readAuthRequest } from "./auth-request.ts";
import type { CallerOf } from "./callers.ts";
import { sessionCookieName } from "./cookies.ts";
import type { Origins } from "./origins.ts";
import { refusalToUrl } from "./refusal-in-url.ts";

const SECONDS_A_DAY = 24 * 60 * 60;
const PATHS = /^\/api\/auth\/(csrf|session|providers|error|signin|signout|callback\/credentials)$/;
/** Where name and password go; the callbacks of other providers are addresses that they send browsers to. */
const CREDENTIALS = "/api/auth/callback/credentials";

type AuthHandler = (request: AuthRequest, response: AuthResponse) => Promise<void>;
type AuthRequest = Awaited<ReturnType<typeof readAuthRequest>>;
type WebSessions = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Signing in and out for the web: next-auth at `/api/auth/*`, whose encrypted cookie carries a token of ours.
 * Why the server mounts it, and not the web app: docs/decisions/0002.
 */
export function openWebSessions(core: Core, { secret, origins, callerOf }: { secret: string; origins: Origins; callerOf: CallerOf }): WebSessions {
  let loading: ReturnType<typeof loadNextAuth> | null = null;
  // next-auth believes the forwarding headers of a request under this setting alone; those it gets are written by readAuthRequest.
  process.env["AUTH_TRUST_HOST"] = "true";

  return async function serve(request, response) {
    response.setHeader("Cache-Control", "private, no-store");
    const origin = origins.addressed(request.headers);
    if (origin === null) return refuse(response, 403, "Open Tertulia by localhost or its address, or name this host in ALLOWED_HOSTS.");
    if (!PATHS.test(pathOf(request))) return refuse(response, 404, "Not found");
    if (request.method !== "POST" && pathOf(request) === CREDENTIALS) return refuse(response, 405, "Signing in is a POST.");
    if (request.method === "POST" && request.headers.origin !== undefined && !origins.isOurs(request.headers)) return refuse(response, 403, "Not from here");
    try {
      // One set of options a request: the callbacks of a sign-in need to know who is asking, and from where.
      const { authHandler, credentialsProvider } = await (loading ??= loadNextAuth());
      const handle: AuthHandler = authHandler(optionsFor(origin, { ...callerOf(request), kind: "web" }, credentialsProvider));
      await handle(await readAuthRequest(request, origin), new AuthResponse(response));
    } catch (error) {
      if (error instanceof Refusal) return refuse(response, 413, error.message);
      throw error;
    }
  };

  function optionsFor(origin: string, from: Caller, credentialsProvider: NextAuth["credentialsProvider"]): AuthOptions {
    let sessionToken: string | null = null;
    return {
      secret,
      useSecureCookies: origins.secure,
      cookies: {
        sessionToken: { name: sessionCookieName(origins.secure), options: { httpOnly: true, sameSite: "lax", path: "/", secure: origins.secure } },
      },
      session: { strategy: "jwt", maxAge: limits.sessionDays * SECONDS_A_DAY },
      pages: { signIn: "/sign-in", error: "/sign-in", signOut: "/" },
      providers: [
        credentialsProvider({
          // Either a login and its password, or the token that registering answered, so that a new account has one session, not two.
          credentials: { login: {}, password: {}, token: {} },
          async authorize(given) {
            sessionToken = given?.token || (await signedIn(given, from));
            const actor = sessionToken === null ? null : await actorForToken(core, sessionToken);
            return actor && { id: actor.user.id };
          },
        }),
      ],
      callbacks: {
        redirect: ({ url }) => sameOrigin(url, origin),
        async jwt({ token }) {
          if (sessionToken !== null) return { sub: token.sub ?? "", session: sessionToken };
          const live = typeof token["session"] === "string" && (await actorForToken(core, token["session"]));
          // next-auth takes the cookie back when this throws.
          if (!live) throw new SessionOver();
          return token;
        },
        // Who it is, account.me tells; this answers only whether and how long.
        session: ({ session }) => ({ expires: session.expires }),
      },
      events: {
        async signOut({ token }) {
          const session: unknown = token?.["session"];
          const actor = typeof session === "string" ? await actorForToken(core, session) : null;
          if (actor) await signOut(core, actor);
        },
      },
      logger: {
        error: (code, { name, message }) => name !== SessionOver.name && core.log.error({ code, name, message }, "next-auth could not do something."),
        warn: (code) => core.log.warn({ code }, "next-auth warns."),
        debug: () => {},
      },
    };
  }

  /** The new session's token; null for a wrong name or password, for which next-auth has a word of its own. */
  async function signedIn(given: object | undefined, from: Caller): Promise<string | null> {
    const input = SignIn.safeParse({ login: read(given, "login"), password: read(given, "password") });
    if (!input.success) throw new Error("VALIDATION_FAILED");
    try {
      return (await signIn(core, input.data, from)).token;
    } catch (error) {
      if (error instanceof Refusal && error.code === "UNAUTHENTICATED") return null;
      if (error instanceof Refusal) throw new Error(refusalToUrl(error));
      core.log.error({ err: error }, "Signing in failed.");
      throw new Error("INTERNAL");
    }
  }
}

type NextAuth = Awaited<ReturnType<typeof loadNextAuth>>;

/** Loaded when the first asks for it: it takes as long as half a start. */
async function loadNextAuth() {
  const [nextAuth, credentials] = await Promise.all([import("next-auth"), import("next-auth/providers/credentials")]);
  // CommonJS: what loads it decides whether the function is the default, or the default of the default.
  return { authHandler: nextAuth.default.default ?? nextAuth.default, credentialsProvider: credentials.default.default ?? credentials.default };
}

class SessionOver extends Error {
  override name = "SessionOver";
}

const read = (given: object | undefined, key: string): unknown => given && Reflect.get(given, key);
const pathOf = (request: IncomingMessage) => new URL(request.url ?? "/", "http://here").pathname;

function sameOrigin(url: string, origin: string): string {
  const wanted = URL.parse(url, origin);
  return wanted?.origin === origin ? wanted.href : origin;
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify({ message: sentence }));
}
