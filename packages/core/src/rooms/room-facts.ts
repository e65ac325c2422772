import type { Tables } from "@tertulia/db/schema";
import type { Actor } from "@tertulia/model/actor";
import type { AssistantMode } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { RoomRole } from "@tertulia/model/members";
import type { RoomKind, RoomSettings } from "@tertulia/model/rooms";
import type { Kysely } from "kysely";
import { reachRoom } from "./reach-room.ts";
import { settingsOf } from "./settings-of.ts";

/** What a post is decided on, stamped with the room's access_version: the batch finds it stale if a right was taken away since. */
export interface RoomFacts {
  roomId: Id;
  kind: RoomKind;
  settings: RoomSettings;
  role: RoomRole;
  /** Whether so few are in it that anyone may mention them all. */
  isSmall: boolean;
  accessVersion: number;
  assistants: SeatedAssistant[];
}

/** An assistant that is a member of the room. */
export interface SeatedAssistant {
  id: Id;
  mode: AssistantMode;
}

const KEPT = 50_000;

/** Facts by room and member, so that a post costs no read. Only what was found is kept: a "no" is always asked anew. */
export class RoomFactsCache {
  readonly #db: Kysely<Tables>;
  readonly #facts = new Map<string, RoomFacts>();

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** @throws as `reachRoom` */
  async get(actor: Actor, roomId: Id): Promise<RoomFacts> {
    const key = keyOf(actor, roomId);
    const kept = this.#facts.get(key);
    if (kept) return kept;
    const facts = await this.#read(actor, roomId);
    if (this.#facts.size >= KEPT) this.#facts.delete(this.#facts.keys().next().value ?? "");
    this.#facts.set(key, facts);
    return facts;
  }

  forget(actor: Actor, roomId: Id): void {
    this.#facts.delete(keyOf(actor, roomId));
  }

  async #read(actor: Actor, roomId: Id): Promise<RoomFacts> {
    // The stamp is read first: whatever changes while the rest is read makes these facts stale, never wrongly fresh.
    const { room, member } = await reachRoom(this.#db, actor, roomId);
    const assistants = await this.#db
      .selectFrom("room_members")
      .innerJoin("users", "users.id", "room_members.user_id")
      .innerJoin("assistants", "assistants.user_id", "users.id")
      .select(["users.id", "assistants.mode"])
      .where("room_members.room_id", "=", roomId)
      .orderBy("users.id")
      .execute();
    return {
      roomId,
      kind: room.kind,
      settings: settingsOf(room),
      role: member.role,
      isSmall: isSmall(room.member_count),
      accessVersion: room.access_version,
      assistants,
    };
  }
}

/** Whether so few are in a room that anyone may mention them all. */
export const isSmall = (memberCount: number): boolean => memberCount <= limits.roomMentionByAnyoneUpToMembers;

const keyOf = (actor: Actor, roomId: Id) => `${roomId} ${actor.user.id}`;
