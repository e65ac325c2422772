import type { Tables } from "@tertulia/db/schema";
import type { NoticesTable } from "@tertulia/db/tables/notices";
import type { Notice } from "@tertulia/model/notices";
import type { Kysely, Selectable } from "kysely";

const SHOWN_AT_MOST = 10;

/** The announcements in force now, oldest first; of very many the newest. */
export async function loadNotices(db: Kysely<Tables>, now: Date): Promise<Notice[]> {
  const rows = await db.selectFrom("notices").selectAll().where("in_force_until", ">", now).orderBy("announced_at", "desc").orderBy("id", "desc").limit(SHOWN_AT_MOST).execute();
  return rows.toReversed().map(toNotice);
}

export const toNotice = (row: Selectable<NoticesTable>): Notice => ({
  id: row.id,
  kind: "announcement",
  text: row.text,
  severity: row.severity,
  at: row.announced_at.toISOString(),
  scheduledAt: row.scheduled_at?.toISOString() ?? null,
  durationMinutes: row.duration_minutes,
});
