/** Why a server closes a WebSocket. Clients must not come back by themselves after `sessionOver` and `banned`. */
export const closeCodes = {
  binaryFrame: 1003,
  /** The reason is JSON: `retryAfterMs`, when to come back. */
  restart: 1012,
  sessionOver: 4401,
  banned: 4403,
  silent: 4408,
  flooding: 4429,
  tooSlow: 4503,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
