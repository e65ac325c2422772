import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

export interface OriginSettings {
  /** Where people open Tertulia, if it was told; then nothing else is ours but `allowedOrigins`. */
  publicUrl: string | null;
  /** Host names that are ours beside localhost and bare addresses, while there is no publicUrl. */
  allowedHosts: string[];
  /** Further origins whose pages may use the session cookie. */
  allowedOrigins: string[];
}

export interface Origins {
  /** Whether cookies travel over HTTPS only. */
  readonly secure: boolean;
  /** The origin a request was addressed to, or null if its Host is none of ours: a page that made its own name point here. */
  addressed(headers: IncomingHttpHeaders): string | null;
  /** Whether the page that sent the request is one of ours. No Origin, or `null`, is not. */
  isOurs(headers: IncomingHttpHeaders): boolean;
}

/** Which pages may act with the cookie of whoever looks at them. Forwarded-for headers are never read: anyone can send them. */
export function openOrigins({ publicUrl, allowedHosts, allowedOrigins }: OriginSettings): Origins {
  const publicOrigin = publicUrl === null ? null : new URL(publicUrl).origin;
  const further = new Set(allowedOrigins.map((origin) => new URL(origin).origin));
  const hosts = new Set(allowedHosts.map((host) => host.toLowerCase()));

  const isOurHost = (hostname: string) => hostname === "localhost" || isIP(hostname.replace(/^\[|\]$/g, "")) !== 0 || hosts.has(hostname);

  function addressed({ host }: IncomingHttpHeaders): string | null {
    if (publicOrigin !== null) return publicOrigin;
    const url = originOf(`http://${host ?? ""}`);
    return url && isOurHost(url.hostname) ? url.origin : null;
  }

  function isOurs(headers: IncomingHttpHeaders): boolean {
    const sender = originOf(headers.origin ?? "");
    if (!sender || sender.origin !== headers.origin) return false;
    if (further.has(sender.origin)) return true;
    if (publicOrigin !== null) return sender.origin === publicOrigin;
    return sender.host === headers.host?.toLowerCase() && isOurHost(sender.hostname);
  }

  return { secure: publicOrigin?.startsWith("https:") ?? false, addressed, isOurs };
}

function originOf(text: string): URL | null {
  const url = URL.parse(text);
  return url && (url.protocol === "http:" || url.protocol === "https:") ? url : null;
}
