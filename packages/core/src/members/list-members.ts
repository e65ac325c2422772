import type { Actor } from "@tertulia/model/actor";
import * as limits from "@tertulia/model/limits";
import type { ListMembers, MemberPage } from "@tertulia/model/members";
import type { Core } from "../core.ts";
import { reachRoom } from "../rooms/reach-room.ts";
import { loadMembers } from "./load-members.ts";

/** Who is in the room, by username. @throws ROOM_NOT_FOUND, PERMISSION_DENIED */
export async function listMembers(core: Core, actor: Actor, { roomId, cursor, limit = limits.pageDefault }: ListMembers): Promise<MemberPage> {
  await reachRoom(core.db, actor, roomId);
  return loadMembers(core.db, roomId, { cursor, limit });
}
