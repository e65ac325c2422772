import type { Actor } from "@tertulia/model/actor";
import * as limits from "@tertulia/model/limits";
import type { ListRooms, RoomPage } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { loadInboxPage } from "../inbox/load-inbox-entries.ts";

/** The actor's rooms, those with the newest activity first; the archived ones stand in a list of their own. */
export async function listRooms(core: Core, actor: Actor, { archived = false, cursor, limit = limits.pageDefault }: ListRooms): Promise<RoomPage> {
  return loadInboxPage(core.db, actor.user.id, { archived, cursor, limit });
}
