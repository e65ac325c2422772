import type { RefusalCode, RefusalDetails } from "@tertulia/model/refusals";

/** What the server said no to, as the app works with it; NO_CONNECTION when no answer came at all. */
export interface Refused {
  code: RefusalCode | "NO_CONNECTION";
  details: RefusalDetails;
  requestId: string | null;
}

/** A refusal on its way to whoever asked. */
export class RefusedError extends Error {
  readonly refused: Refused;

  constructor(refused: Refused) {
    super(refused.code);
    this.refused = refused;
  }
}

const codes = {
  INVALID_FRAME: true, UNKNOWN_TYPE: true, INVALID_TIMESTAMP: true, VALIDATION_FAILED: true, URL_NOT_ALLOWED: true,
  UNAUTHENTICATED: true, PERMISSION_DENIED: true, WRONG_PASSWORD: true,
  ROOM_NOT_FOUND: true, MESSAGE_NOT_FOUND: true, NOT_FOUND: true, CONFLICT: true,
  TOO_LARGE: true, QUOTA_EXCEEDED: true, UNSUPPORTED_MEDIA: true, RATE_LIMITED: true,
  AI_QUOTA_EXCEEDED: true, AI_TIMEOUT: true, AI_RATE_LIMITED: true, AI_MISCONFIGURED: true, AI_FAILED: true,
  UNAVAILABLE: true, STORAGE_FULL: true, INTERNAL: true,
} satisfies Record<RefusalCode, true>;

export const isRefusalCode = (value: unknown): value is RefusalCode => typeof value === "string" && Object.hasOwn(codes, value);

/** Reads the refusal out of whatever a call threw: an error of the tRPC client, or the body of an answer over HTTP. */
export function refusalOf(thrown: unknown): Refused {
  if (thrown instanceof RefusedError) return thrown.refused;
  const refusal = at(thrown, "data", "refusal") ?? at(thrown, "refusal");
  const code = at(refusal, "code");
  if (isRefusalCode(code)) return { code, details: detailsOf(at(refusal, "details")), requestId: stringOr(null, at(refusal, "requestId")) };
  // An error that carries tRPC's own code came from a server; one without never reached it.
  return { code: at(thrown, "data", "code") === undefined ? "NO_CONNECTION" : "INTERNAL", details: {}, requestId: null };
}

/** How long a RATE_LIMITED asks to wait, in whole seconds; 0 for every other refusal. */
export function secondsToWait(refused: Refused): number {
  const ms = refused.details["retryAfterMs"] ?? refused.details["retry_after_ms"];
  if (refused.code !== "RATE_LIMITED") return 0;
  return typeof ms === "number" ? Math.max(1, Math.ceil(ms / 1000)) : 60;
}

function at(value: unknown, ...path: string[]): unknown {
  let inner = value;
  for (const key of path) inner = typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined;
  return inner;
}

const stringOr = (otherwise: null, value: unknown): string | null => (typeof value === "string" ? value : otherwise);

function detailsOf(value: unknown): RefusalDetails {
  if (typeof value !== "object" || value === null) return {};
  const details: RefusalDetails = {};
  for (const [key, detail] of Object.entries(value)) {
    if (detail === null || typeof detail === "string" || typeof detail === "number" || typeof detail === "boolean") details[key] = detail;
  }
  return details;
}
