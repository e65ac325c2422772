import type { Id } from "./ids.ts";
import type { GlobalRole, User } from "./users.ts";

/** Who is speaking: the account behind a live session. Every verb of core is asked by one. */
export interface Actor {
  user: User;
  role: GlobalRole;
  sessionId: Id;
  /** When the session ends by itself, in milliseconds since the epoch. */
  sessionExpiresAt: number;
}
