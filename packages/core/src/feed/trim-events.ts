import type { Tables } from "@tertulia/db/schema";
import type { Id, Seq } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Kysely } from "kysely";
import type { Core } from "../core.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const ROOMS_PER_PAGE = 100;
const EVENTS_PER_DELETE = 1_000;

/** What of a room's log is kept in any case: its newest events, and everything younger than that. */
export interface Kept {
  events: number;
  days: number;
}

/**
 * Drops what nobody can resume from any more: of each room the events older than 30 days, but for its newest 1,000.
 * Whoever comes back from further behind is told to start afresh. The messages themselves stay. Answers how many events went.
 *
 * Only ever a beginning of the log goes, so no gap is left within it, also where the clock was put back. It takes no room's lock and works in
 * small steps; two nodes doing it at once find nothing to do twice.
 */
export async function trimEvents({ db, clock }: Pick<Core, "db" | "clock">, kept: Kept = { events: limits.eventsKeptPerRoom, days: limits.eventsKeptDays }): Promise<number> {
  const before = new Date(clock.now() - kept.days * DAY_MS);
  let trimmed = 0;
  for (let last: Id | null = null; ; ) {
    const rooms = await longRooms(db, kept.events, last);
    for (const { id, head_seq } of rooms) trimmed += await trimRoom(db, id, head_seq - kept.events, before);
    last = rooms.at(-1)?.id ?? null;
    if (last === null) return trimmed;
  }
}

function longRooms(db: Kysely<Tables>, events: number, after: Id | null): Promise<{ id: Id; head_seq: Seq }[]> {
  const rooms = db.selectFrom("rooms").select(["id", "head_seq"]).where("head_seq", ">", events).orderBy("id").limit(ROOMS_PER_PAGE);
  return (after === null ? rooms : rooms.where("id", ">", after)).execute();
}

/** A thousand at a time: no statement takes the longer the more there is, since the embedded database ends one that takes long. */
async function trimRoom(db: Kysely<Tables>, roomId: Id, upTo: Seq, before: Date): Promise<number> {
  for (let trimmed = 0; ; ) {
    const first = await db.selectFrom("room_events").select(["seq", "at"]).where("room_id", "=", roomId).where("seq", "<=", upTo).orderBy("seq").limit(1).executeTakeFirst();
    if (!first || first.at >= before) return trimmed;
    const last = Math.min(upTo, first.seq + EVENTS_PER_DELETE - 1);
    const young = await firstYoung(db, roomId, first.seq, last, before);
    const { numDeletedRows } = await db
      .deleteFrom("room_events")
      .where("room_id", "=", roomId)
      .where("seq", "<=", young === null ? last : young - 1)
      .executeTakeFirst();
    trimmed += Number(numDeletedRows);
  }
}

async function firstYoung(db: Kysely<Tables>, roomId: Id, from: Seq, to: Seq, before: Date): Promise<Seq | null> {
  const { seq } = await db
    .selectFrom("room_events")
    .select((eb) => eb.fn.min("seq").as("seq"))
    .where("room_id", "=", roomId)
    .where("seq", ">=", from)
    .where("seq", "<=", to)
    .where("at", ">=", before)
    .executeTakeFirstOrThrow();
  return seq;
}
