import type { GlobalRole, Locale, UserKind } from "@tertulia/model/users";
import type { Generated } from "kysely";

export interface UsersTable {
  id: string;
  kind: UserKind;
  /** Only people have one. */
  email: string | null;
  username: string;
  /** The username as it is compared: NFKC, lower case. */
  username_key: string;
  display_name: string;
  avatar_url: string | null;
  role: Generated<GlobalRole>;
  password_hash: string | null;
  locale: Generated<Locale>;
  last_active_at: Date | null;
  created_at: Generated<Date>;
}
