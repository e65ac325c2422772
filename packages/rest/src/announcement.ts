import { Id, Instant } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { Announce, type Notice, NoticeSeverity } from "@tertulia/model/notices";
import { z } from "zod";

const Event = z.literal("announcement");

export const Announcement = z
  .object({
    id: Id,
    event: Event,
    message: z.string(),
    severity: NoticeSeverity,
    createdAt: Instant,
    scheduledAt: Instant.nullable().meta({ description: "When that which is announced begins." }),
    durationMinutes: z.int().nullable(),
  })
  .meta({ id: "Announcement" });

export const toAnnouncement = ({ id, text, severity, at, scheduledAt, durationMinutes }: Notice): z.infer<typeof Announcement> => ({
  id,
  event: "announcement",
  message: text,
  severity,
  createdAt: at,
  scheduledAt,
  durationMinutes,
});

export const NewAnnouncement = z
  .strictObject({
    event: Event.default("announcement"),
    message: Announce.shape.text.meta({ minLength: 1, maxLength: limits.noticeChars, example: "We move to a new machine tonight." }),
    severity: NoticeSeverity.default("info"),
    scheduledAt: Announce.shape.scheduledAt.nullish().meta({ description: "When that which is announced begins." }),
    durationMinutes: Announce.shape.durationMinutes.nullish().meta({ description: "How long it lasts, from `scheduledAt` or from now." }),
  })
  .meta({ id: "NewAnnouncement", example: { message: "We move to a new machine tonight.", severity: "warning" } });
