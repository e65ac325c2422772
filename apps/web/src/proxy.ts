import { NextRequest, NextResponse } from "next/server";
import createMiddleware from "next-intl/middleware";
import { routing } from "@/i18n/routing";

const SESSION_COOKIES = ["tertulia.session-token", "__Secure-tertulia.session-token"];
const chooseLanguage = createMiddleware(routing);

/**
 * There are two pages a language, both static: signing in, and everything else. Whoever carries no session cookie is
 * sent to the first; whether the session still lives is for the server to say when the app asks for something.
 */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  if (pathname === "/sign-in") return inReadersLanguage(request, "/sign-in");
  if (!carriesSession(request)) return toSignIn(request, pathname + search);
  return inReadersLanguage(request, "/");
}

function carriesSession(request: NextRequest): boolean {
  // A long cookie is kept in numbered parts.
  return request.cookies.getAll().some(({ name }) => SESSION_COOKIES.some((cookie) => name === cookie || name.startsWith(`${cookie}.`)));
}

function toSignIn(request: NextRequest, wanted: string): NextResponse {
  const signIn = new URL("/sign-in", request.url);
  if (wanted !== "/") signIn.searchParams.set("next", wanted);
  return NextResponse.redirect(signIn);
}

function inReadersLanguage(request: NextRequest, page: string): NextResponse {
  const response = chooseLanguage(new NextRequest(new URL(page, request.url), request));
  // The same address answers in several languages: a browser asks again, and gets a 304 when nothing changed.
  response.headers.set("Cache-Control", "private, no-cache");
  return response;
}

export const config = { matcher: ["/((?!api/|_next/|healthz|readyz|metrics|.*\\.[a-z0-9]+$).*)"] };
