/** Why the server closes a WebSocket (quality, part A). Clients must not come back by themselves after `sessionOver`. */
export const closeCodes = {
  binaryFrame: 1003,
  restart: 1012,
  sessionOver: 4401,
  silent: 4408,
  flooding: 4429,
  tooSlow: 4503,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
