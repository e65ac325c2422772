import type { Id } from "./ids.ts";

/** Someone began or ceased typing; never stored. */
export interface Typing {
  userId: Id;
  username: string;
  typing: boolean;
}
