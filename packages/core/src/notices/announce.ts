import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Announce, Notice } from "@tertulia/model/notices";
import { EVERYONE } from "@tertulia/model/ports/bus";
import { Refusal } from "@tertulia/model/refusals";
import { v7 as newId } from "uuid";
import { type Change, change } from "../change.ts";
import type { Core } from "../core.ts";
import { once } from "../idempotency/once.ts";
import { demand } from "../policy/policy.ts";
import { toNotice } from "./load-notices.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * Tells everyone who is connected, on every node, and whoever connects while it is in force: until what is announced is over, or for a day
 * if that has no time (protocol S1). Under the same key again nothing more is told, and the first notice is answered.
 * @throws PERMISSION_DENIED, STORAGE_FULL, VALIDATION_FAILED of what is over already or begins in more than a year; CONFLICT DIFFERENT_CONTENT
 */
export async function announce(core: Core, actor: Actor, input: Announce, key: string | null = null): Promise<Notice> {
  demand("announce", { globalRole: actor.role });
  const deed = key === null ? null : { key, content: ["announce", input] };
  const { notice, isNew } = await change(core, async (change) => {
    const { id, isNew } = await once(change, actor, deed, () => insert(change, actor, input));
    const row = await change.trx.selectFrom("notices").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    return { notice: toNotice(row), isNew };
  });
  if (isNew) core.bus.publish("server", EVERYONE, { kind: "notice", notice });
  return notice;
}

async function insert({ trx, at }: Change, actor: Actor, { text, severity = "info", scheduledAt, durationMinutes }: Announce): Promise<Id> {
  const begins = scheduledAt === undefined ? null : new Date(scheduledAt);
  const ends = endOf(at, begins, durationMinutes);
  if (ends <= at || (begins && isFarOff(at, begins))) throw new Refusal("VALIDATION_FAILED", { field: "scheduledAt", reason: "INVALID_VALUE" });
  const id = newId();
  await trx
    .insertInto("notices")
    .values({
      id,
      text,
      severity,
      announced_by: actor.user.id,
      announced_at: at,
      scheduled_at: begins,
      duration_minutes: durationMinutes ?? null,
      in_force_until: ends,
    })
    .execute();
  return id;
}

const isFarOff = (now: Date, begins: Date) => Math.abs(begins.getTime() - now.getTime()) > limits.noticeAheadDays * DAY_MS;

function endOf(now: Date, begins: Date | null, durationMinutes: number | undefined): Date {
  if (durationMinutes !== undefined) return new Date((begins ?? now).getTime() + durationMinutes * MINUTE_MS);
  return begins ?? new Date(now.getTime() + DAY_MS);
}
