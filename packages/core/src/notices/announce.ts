import type { Actor } from "@tertulia/model/actor";
import * as limits from "@tertulia/model/limits";
import type { Announce, Notice } from "@tertulia/model/notices";
import { EVERYONE } from "@tertulia/model/ports/bus";
import { Refusal } from "@tertulia/model/refusals";
import { v7 as newId } from "uuid";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { toNotice } from "./load-notices.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * Tells everyone who is connected, on every node, and whoever connects while it is in force: until what is announced is over, or for a day
 * if that has no time (protocol S1). @throws PERMISSION_DENIED, STORAGE_FULL, VALIDATION_FAILED of what is over already or begins in more than a year
 */
export async function announce(core: Core, actor: Actor, { text, severity = "info", scheduledAt, durationMinutes }: Announce): Promise<Notice> {
  demand("announce", { globalRole: actor.role });
  core.assertWritable();
  const now = new Date(core.clock.now());
  const begins = scheduledAt === undefined ? null : new Date(scheduledAt);
  const ends = endOf(now, begins, durationMinutes);
  if (ends <= now || (begins && isFarOff(now, begins))) throw new Refusal("VALIDATION_FAILED", { field: "scheduledAt", reason: "INVALID_VALUE" });
  const row = await core.db
    .insertInto("notices")
    .values({
      id: newId(),
      text,
      severity,
      announced_by: actor.user.id,
      announced_at: now,
      scheduled_at: begins,
      duration_minutes: durationMinutes ?? null,
      in_force_until: ends,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const notice = toNotice(row);
  core.bus.publish("server", EVERYONE, { kind: "notice", notice });
  return notice;
}

const isFarOff = (now: Date, begins: Date) => Math.abs(begins.getTime() - now.getTime()) > limits.noticeAheadDays * DAY_MS;

function endOf(now: Date, begins: Date | null, durationMinutes: number | undefined): Date {
  if (durationMinutes !== undefined) return new Date((begins ?? now).getTime() + durationMinutes * MINUTE_MS);
  return begins ?? new Date(now.getTime() + DAY_MS);
}
