import type { Id } from "@tertulia/model/ids";
import type { User } from "@tertulia/model/users";

/** Someone as the seed's frames show them. */
export interface WirePerson {
  id: Id;
  username: string;
  avatar_url: string | null;
}

export const personOnWire = ({ id, username, avatarUrl }: Pick<User, "id" | "username" | "avatarUrl">): WirePerson => ({ id, username, avatar_url: avatarUrl });
