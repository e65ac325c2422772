import type { Tables } from "@tertulia/db/schema";
import type { Actor } from "@tertulia/model/actor";
import type { Id, Seq } from "@tertulia/model/ids";
import { type Kysely, sql } from "kysely";
import { reachRoom } from "../rooms/reach-room.ts";
import { AskedTogether } from "../asked-together.ts";

const ASKED_AT_ONCE = 250;

interface Seat {
  roomId: Id;
  userId: Id;
}

/** Whether those who begin to follow are members: one statement for all of them in a turn, whichever their rooms. */
export class Memberships {
  readonly #db: Kysely<Tables>;
  readonly #heads: AskedTogether<Seat, Seq | null>;
  readonly #places: AskedTogether<Id, Map<Id, Seq>>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
    this.#heads = new AskedTogether(ASKED_AT_ONCE, (seats) => this.#readHeads(seats));
    this.#places = new AskedTogether(ASKED_AT_ONCE, (userIds) => this.#readPlaces(userIds));
  }

  /** The head of the room at which the actor was a member of it. @throws as `reachRoom` of anyone else */
  async headFor(actor: Actor, roomId: Id): Promise<Seq> {
    const head = await this.#heads.ask({ roomId, userId: actor.user.id });
    // Why they may not is told by the one place that knows; or they have come in just now.
    return head ?? (await reachRoom(this.#db, actor, roomId)).room.head_seq;
  }

  /** Every room that the actor is a member of, and its head. */
  placesOf({ user }: Actor): Promise<Map<Id, Seq>> {
    return this.#places.ask(user.id);
  }

  async #readHeads(seats: Seat[]): Promise<(seat: Seat) => Seq | null> {
    const roomIds = seats.map(({ roomId }) => roomId);
    const userIds = seats.map(({ userId }) => userId);
    const rows = await this.#db
      .selectFrom("room_members")
      .innerJoin("rooms", "rooms.id", "room_members.room_id")
      .select(["room_members.room_id", "room_members.user_id", "rooms.head_seq"])
      .where("rooms.deleted_at", "is", null)
      .where(sql<boolean>`(room_members.room_id, room_members.user_id) in (select * from unnest(${roomIds}::uuid[], ${userIds}::uuid[]))`)
      .execute();
    const heads = new Map(rows.map((row) => [keyOf({ roomId: row.room_id, userId: row.user_id }), row.head_seq]));
    return (seat) => heads.get(keyOf(seat)) ?? null;
  }

  async #readPlaces(userIds: Id[]): Promise<(userId: Id) => Map<Id, Seq>> {
    const rows = await this.#db
      .selectFrom("room_members")
      .innerJoin("rooms", "rooms.id", "room_members.room_id")
      .select(["room_members.room_id", "room_members.user_id", "rooms.head_seq"])
      .where("rooms.deleted_at", "is", null)
      .where(sql<boolean>`room_members.user_id = any(${userIds}::uuid[])`)
      .execute();
    const byUser = Map.groupBy(rows, ({ user_id }) => user_id);
    return (userId) => new Map((byUser.get(userId) ?? []).map((row) => [row.room_id, row.head_seq]));
  }
}

const keyOf = ({ roomId, userId }: Seat) => `${roomId} ${userId}`;
