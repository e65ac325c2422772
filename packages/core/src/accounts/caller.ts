import type { SessionKind } from "@tertulia/model/sessions";

/** From where someone without a session asks for one. */
export interface Caller {
  /** The address as the server trusts it; null if there is none. */
  ip: string | null;
  userAgent: string | null;
  kind: SessionKind;
}

/** An address of this machine isn't limited: everyone behind it may be someone else. */
export const isLoopback = (ip: string): boolean => ip === "::1" || /^(::ffff:)?127\./.test(ip);
