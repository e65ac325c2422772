import type { NoticeSeverity } from "@tertulia/model/notices";

/** What an administrator announced to everyone. */
export interface NoticesTable {
  id: string;
  text: string;
  severity: NoticeSeverity;
  announced_by: string;
  announced_at: Date;
  /** When that which is announced begins; null if it has no time. */
  scheduled_at: Date | null;
  duration_minutes: number | null;
  /** Whoever connects before this is still told. */
  in_force_until: Date;
}
