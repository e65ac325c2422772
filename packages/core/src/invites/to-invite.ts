import type { InvitesTable } from "@tertulia/db/tables/invites";
import type { Invite } from "@tertulia/model/invites";
import type { Selectable } from "kysely";

export type InviteRow = Selectable<InvitesTable>;

export const toInvite = (row: InviteRow): Invite => ({
  id: row.id,
  roomId: row.room_id,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  maxUses: row.max_uses,
  uses: row.uses,
});
