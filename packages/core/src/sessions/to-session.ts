import type { UserSessionsTable } from "@tertulia/db/tables/user-sessions";
import type { Id } from "@tertulia/model/ids";
import type { Session } from "@tertulia/model/sessions";
import type { Selectable } from "kysely";

export const toSession = (row: Selectable<UserSessionsTable>, currentId: Id): Session => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  userAgent: row.user_agent,
  ipAddress: row.ip_address,
  createdAt: row.created_at.toISOString(),
  lastUsedAt: row.last_used_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  current: row.id === currentId,
});
