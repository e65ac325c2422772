import { isIP } from "node:net";
import type { SessionKind } from "@tertulia/model/sessions";
import ipaddr from "ipaddr.js";

/** From where someone without a session asks for one. */
export interface Caller {
  /** The address as the server trusts it, in its one spelling; null if none is known. */
  ip: string | null;
  userAgent: string | null;
  kind: SessionKind;
}

/** An address of this machine isn't limited: everyone behind it may be someone else. */
export const isLoopback = (ip: string): boolean => ip === "::1" || /^(::ffff:)?127\./.test(ip);

/** The one spelling of an address: an IPv4 one that came in the clothes of IPv6 is the IPv4 one. Null if the text is no address. */
export const addressIn = (text: string): string | null => (isIP(text) === 0 ? null : ipaddr.process(text).toString());

const PARTS_OF_64_BITS = 4;

/** What limits per address count together: of IPv6 the /64, since whoever has one address there has all the others of it too. */
export function networkOf(ip: string): string {
  if (isIP(ip) !== 6) return ip;
  const address = ipaddr.process(ip);
  return address instanceof ipaddr.IPv6 ? `${address.parts.slice(0, PARTS_OF_64_BITS).map((part) => part.toString(16)).join(":")}::/64` : address.toString();
}
