import type { RefusalCode } from "@tertulia/model/refusals";

/** The HTTP status of each refusal (protocol X2). A new code doesn't compile until it stands here. */
export const statuses = {
  INVALID_FRAME: 400,
  UNKNOWN_TYPE: 400,
  INVALID_TIMESTAMP: 400,
  VALIDATION_FAILED: 400,
  URL_NOT_ALLOWED: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  WRONG_PASSWORD: 403,
  ROOM_NOT_FOUND: 404,
  MESSAGE_NOT_FOUND: 404,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_LARGE: 413,
  QUOTA_EXCEEDED: 413,
  UNSUPPORTED_MEDIA: 415,
  RATE_LIMITED: 429,
  AI_QUOTA_EXCEEDED: 429,
  // What is wrong with a model is shown in the room: X2 gives it no status.
  AI_TIMEOUT: 503,
  AI_RATE_LIMITED: 503,
  AI_MISCONFIGURED: 503,
  AI_FAILED: 503,
  UNAVAILABLE: 503,
  STORAGE_FULL: 503,
  INTERNAL: 500,
} as const satisfies Record<RefusalCode, number>;
