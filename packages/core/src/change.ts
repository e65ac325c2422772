import type { EventData } from "@tertulia/db/tables/room-events";
import type { Tables } from "@tertulia/db/schema";
import type { Actor } from "@tertulia/model/actor";
import type { RoomEventType } from "@tertulia/model/events";
import type { Id, Seq } from "@tertulia/model/ids";
import type { UserNote } from "@tertulia/model/ports/bus";
import { Refusal } from "@tertulia/model/refusals";
import type { Transaction } from "kysely";
import type { Core } from "./core.ts";
import { loadEvents } from "./feed/load-events.ts";

/**
 * Makes a change that a room's log tells, or that takes a transaction: one transaction, and after its commit everyone is told.
 * Posts go through `post_messages` instead; what is one statement and in no log, as a draft is, needs none of this.
 * Inside, reach what is changed, lock its room before anything else is written, change it, append the event.
 * Only database work belongs inside: no hashing, no models, no bus.
 */
export async function change<T>(core: Pick<Core, "db" | "bus" | "clock" | "assertWritable">, work: (change: Change) => Promise<T>): Promise<T> {
  core.assertWritable();
  const { result, announce } = await core.db.transaction().execute(async (trx) => {
    const change = new Change(trx, new Date(core.clock.now()));
    const result = await work(change);
    return { result, announce: await change.announcements() };
  });
  for (const { roomId, firstSeq, events } of announce.rooms) core.bus.publish("room", roomId, { kind: "events", firstSeq, events });
  for (const { userId, note } of announce.users) core.bus.publish("user", userId, note);
  return result;
}

/** The same for what a person asks for, which counts against what they may change in a minute. @throws RATE_LIMITED */
export async function changeAs<T>(core: Core, actor: Actor, work: (change: Change) => Promise<T>): Promise<T> {
  core.assertWritable();
  await core.changeBudget.takeChange(actor);
  return change(core, work);
}

interface NewEvent {
  kind: RoomEventType;
  actorId: Id;
  subjectId?: Id | null;
  data?: EventData;
}

export class Change {
  readonly trx: Transaction<Tables>;
  /** When it happens: one instant for all that it writes, so that what is told and what is read later agree. */
  readonly at: Date;
  readonly #appended = new Map<Id, { first: Seq; last: Seq }>();
  readonly #userNotes: { userId: Id; note: UserNote }[] = [];

  constructor(trx: Transaction<Tables>, at: Date) {
    this.trx = trx;
    this.at = at;
  }

  /** Holds the room's row until the end, so that seq order is commit order. Call it before writing anything of the room. */
  async lockRoom(roomId: Id): Promise<void> {
    const room = await this.trx.selectFrom("rooms").select("id").where("id", "=", roomId).where("deleted_at", "is", null).forNoKeyUpdate().executeTakeFirst();
    if (!room) throw new Refusal("ROOM_NOT_FOUND", { roomId });
  }

  /** The same for a room that may be deleted. Answers when it was, or null; undefined if there is no such room. */
  async lockAnyRoom(roomId: Id): Promise<{ deletedAt: Date | null } | undefined> {
    return this.trx.selectFrom("rooms").select("deleted_at as deletedAt").where("id", "=", roomId).forNoKeyUpdate().executeTakeFirst();
  }

  /** Writes the next event of the room's log and answers its seq; everyone hears of it after the commit, as the rows are then. */
  append(roomId: Id, event: NewEvent): Promise<Seq> {
    return this.appendAll(roomId, [event]);
  }

  /** Writes several events, in their order and in as many statements as one takes; answers the seq of the last. */
  async appendAll(roomId: Id, events: NewEvent[]): Promise<Seq> {
    const { head_seq: last } = await this.trx
      .updateTable("rooms")
      .set((eb) => ({ head_seq: eb("head_seq", "+", events.length) }))
      .where("id", "=", roomId)
      .returning("head_seq")
      .executeTakeFirstOrThrow();
    const first = last - events.length + 1;
    await this.trx
      .insertInto("room_events")
      .values(
        events.map((event, index) => ({
          room_id: roomId,
          seq: first + index,
          kind: event.kind,
          actor_id: event.actorId,
          subject_id: event.subjectId ?? null,
          data: JSON.stringify(event.data ?? {}),
          at: this.at,
        })),
      )
      .execute();
    this.#appended.set(roomId, { first: this.#appended.get(roomId)?.first ?? first, last });
    return last;
  }

  /** Takes a right away: whatever was decided about this room on older facts is stale from the commit on. */
  async revokeOldFacts(roomId: Id): Promise<void> {
    await this.trx
      .updateTable("rooms")
      .set((eb) => ({ access_version: eb("access_version", "+", 1) }))
      .where("id", "=", roomId)
      .execute();
  }

  /** Tells one user, on every node, after the commit. */
  tell(userId: Id, note: UserNote): void {
    this.#userNotes.push({ userId, note });
  }

  /** What to announce, read inside the transaction by the very query that a backlog uses, so that both say the same. */
  async announcements() {
    const rooms = [];
    for (const [roomId, { first, last }] of this.#appended) {
      rooms.push({ roomId, firstSeq: first, events: await loadEvents(this.trx, roomId, first - 1, last - first + 1) });
    }
    return { rooms, users: this.#userNotes };
  }
}
