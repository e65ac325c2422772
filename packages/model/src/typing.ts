import type { Id } from "./ids.ts";

/** Someone began or ceased typing; never stored. */
export interface Typing {
  userId: Id;
  username: string;
  /** Left out of someone who has none. */
  avatarUrl?: string;
  typing: boolean;
}
