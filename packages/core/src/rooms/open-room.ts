import type { Actor } from "@tertulia/model/actor";
import * as limits from "@tertulia/model/limits";
import type { OpenedRoom, RoomId } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { loadMembers } from "../members/load-members.ts";
import { loadPage } from "../messages/load-page.ts";
import { inSnapshot } from "../snapshot.ts";
import { reachRoom } from "./reach-room.ts";
import { toRoom } from "./to-room.ts";

/** All a screen needs to show a room, from one snapshot: a follow from its headSeq misses nothing. @throws ROOM_NOT_FOUND, PERMISSION_DENIED */
export async function openRoom(core: Core, actor: Actor, { roomId }: RoomId): Promise<OpenedRoom> {
  return inSnapshot(core.db, async (trx) => {
    const { room, member } = await reachRoom(trx, actor, roomId);
    const { items, hasBefore } = await loadPage(trx, roomId, { limit: limits.pageDefault });
    return {
      room: toRoom(room),
      me: { user: actor.user, role: member.role, joinedAt: member.joined_at.toISOString(), lastReadSeq: member.last_read_seq },
      members: await loadMembers(trx, roomId, { limit: limits.pageMax }),
      messages: { items, hasBefore },
      headSeq: room.head_seq,
    };
  });
}
