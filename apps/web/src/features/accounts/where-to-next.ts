/** The place someone wanted before they were asked to sign in; only ever a path of this very server. */
export function whereToNext(search: string, origin: string): string {
  const wanted = new URLSearchParams(search).get("next");
  if (!wanted?.startsWith("/")) return "/";
  const target = URL.parse(wanted, origin);
  return target?.origin === origin && target.pathname !== "/sign-in" ? target.pathname + target.search : "/";
}
