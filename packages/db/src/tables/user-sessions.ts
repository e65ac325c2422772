import type { SessionKind } from "@tertulia/model/sessions";
import type { Generated } from "kysely";

export interface UserSessionsTable {
  id: string;
  user_id: string;
  /** SHA-256 of the token, in hex; the token itself is kept nowhere. */
  token_hash: string;
  kind: SessionKind;
  name: string | null;
  user_agent: string | null;
  ip_address: string | null;
  created_at: Generated<Date>;
  last_used_at: Generated<Date>;
  expires_at: Date;
  revoked_at: Date | null;
}
