/** The cookies of a request by name, values decoded; the first of a name wins, as browsers put the most specific path first. */
export function parseCookies(header: string | undefined): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null);
  for (const pair of header?.split(";") ?? []) {
    const equals = pair.indexOf("=");
    if (equals < 0) continue;
    const name = pair.slice(0, equals).trim();
    cookies[name] ??= decode(pair.slice(equals + 1).trim());
  }
  return cookies;
}

function decode(value: string): string {
  const bare = value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}

/** The name of the session cookie. Browsers keep the prefixed one from ever being set over plain HTTP. */
export const sessionCookieName = (secure: boolean): string => `${secure ? "__Secure-" : ""}tertulia.session-token`;
