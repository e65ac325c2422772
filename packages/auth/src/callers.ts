import type { IncomingMessage } from "node:http";
import { addressIn, type Caller } from "@tertulia/core/accounts/caller";
import proxyAddr from "proxy-addr";

export interface CallerSettings {
  /** The proxies whose word about addresses counts: addresses, ranges (10.0.0.0/8) or `loopback`. */
  trustedProxies: string[];
  /** Where people open Tertulia, if it was told. */
  publicUrl: string | null;
}

/** Where a request comes from, the same for every door. */
export type CallerOf = (request: IncomingMessage) => Caller;

/**
 * Whose address counts (quality B27). X-Forwarded-For is read from the right, as far as trusted proxies wrote it: what stands further left anyone can
 * have sent. Nothing else that is forwarded is read. Behind a proxy that wasn't named nobody's address is known, and nobody is limited by it.
 */
export function openCallers(settings: CallerSettings): CallerOf {
  const trusts = proxyAddr.compile(settings.trustedProxies);
  const isHidden = hidesAddresses(settings);

  /** What is no address was written by a proxy that knew none: then its own counts. */
  function addressOf(request: IncomingMessage): string | null {
    if (isHidden || request.socket.remoteAddress === undefined) return null;
    return proxyAddr.all(request, trusts).map(withoutPort).map(addressIn).findLast((address) => address !== null) ?? null;
  }

  return (request) => ({
    ip: addressOf(request),
    userAgent: request.headers["user-agent"] ?? null,
    // Only browsers send an Origin, so that tells a page from a program.
    kind: request.headers.origin === undefined ? "api" : "web",
  });
}

/** Some proxies write the port as well: `192.0.2.1:443`, `[2001:db8::1]:443`. */
const withoutPort = (text: string): string => /^(?:\[([^\]]+)\]|([\d.]+))(?::\d+)?$/.exec(text)?.slice(1).find((address) => address !== undefined) ?? text;

/** Whether nobody's address is known: HTTPS ends at a proxy, and one that wasn't named would stand for everyone. */
export const hidesAddresses = ({ trustedProxies, publicUrl }: CallerSettings): boolean => trustedProxies.length === 0 && publicUrl?.startsWith("https:") === true;

/** Whether TRUSTED_PROXIES may name it. */
export function isProxyName(text: string): boolean {
  try {
    proxyAddr.compile(text);
    return true;
  } catch {
    return false;
  }
}
