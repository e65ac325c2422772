import type { Actor } from "@tertulia/model/actor";
import * as limits from "@tertulia/model/limits";
import type { RoomPage } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { loadInboxPage } from "./load-inbox-entries.ts";

/** The first page of the actor's rooms, those with the newest activity first, without the archived ones. */
export async function getInbox({ db }: Pick<Core, "db">, actor: Actor): Promise<RoomPage> {
  return loadInboxPage(db, actor.user.id, { archived: false, limit: limits.pageDefault });
}
