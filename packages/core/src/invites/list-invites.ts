import type { Actor } from "@tertulia/model/actor";
import type { Invite } from "@tertulia/model/invites";
import * as limits from "@tertulia/model/limits";
import type { RoomId } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { reachRoom } from "../rooms/reach-room.ts";
import { selectLiveInvites } from "./select-live-invites.ts";
import { toInvite } from "./to-invite.ts";

/** The invites of a room that are still good, the newest first, without their codes, which nobody knows any more. @throws ROOM_NOT_FOUND, PERMISSION_DENIED */
export async function listInvites(core: Core, actor: Actor, { roomId }: RoomId): Promise<Invite[]> {
  const { room, member } = await reachRoom(core.db, actor, roomId);
  demand("invite", { globalRole: actor.role, roomRole: member.role, roomKind: room.kind });
  const rows = await selectLiveInvites(core.db, roomId, new Date(core.clock.now())).selectAll().orderBy("created_at", "desc").orderBy("id", "desc").limit(limits.invitesPerRoom).execute();
  return rows.map(toInvite);
}
