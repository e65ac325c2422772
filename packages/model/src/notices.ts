import { z } from "zod";
import { AnyInstant, Id, Instant } from "./ids.ts";
import * as limits from "./limits.ts";
import { visibleText } from "./text.ts";

export const NoticeSeverity = z.enum(["info", "warning", "critical"]);
export type NoticeSeverity = z.infer<typeof NoticeSeverity>;

/** `announcement`: by an administrator, to everyone. `restart`: this server is about to stop for a moment; clients come back by themselves. */
export const NoticeKind = z.enum(["announcement", "restart"]);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** What everyone who is connected is told (protocol S1, S2). */
export const Notice = z.object({
  id: Id,
  kind: NoticeKind,
  text: z.string(),
  severity: NoticeSeverity,
  at: Instant,
  /** When that which is announced begins; null if it has no time. */
  scheduledAt: Instant.nullable(),
  durationMinutes: z.int().nullable(),
});
export type Notice = z.infer<typeof Notice>;

/** Without a severity it is `info`; a duration without a beginning counts from now. In force until it is over, or for a day if it has no time. */
export const Announce = z.strictObject({
  text: visibleText(limits.noticeChars),
  severity: NoticeSeverity.optional(),
  scheduledAt: AnyInstant.optional(),
  durationMinutes: z.int().min(1).max(limits.noticeMinutes).optional(),
});
export type Announce = z.infer<typeof Announce>;
