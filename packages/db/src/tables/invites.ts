import type { Generated } from "kysely";

export interface InvitesTable {
  id: string;
  room_id: string;
  /** SHA-256 of the code, in hex; the code itself is kept nowhere. */
  code_hash: string;
  created_by: string;
  created_at: Date;
  expires_at: Date;
  /** Null: as often as one likes. */
  max_uses: number | null;
  uses: Generated<number>;
  revoked_at: Date | null;
}
