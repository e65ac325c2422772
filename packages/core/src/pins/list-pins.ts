import type { Actor } from "@tertulia/model/actor";
import * as limits from "@tertulia/model/limits";
import type { PinList } from "@tertulia/model/pins";
import type { RoomId } from "@tertulia/model/rooms";
import type { Core } from "../core.ts";
import { loadMessages } from "../messages/load-messages.ts";
import { reachRoom } from "../rooms/reach-room.ts";
import { inSnapshot } from "../snapshot.ts";

/** The pinned messages of a room, the last pinned first; at most 100. @throws ROOM_NOT_FOUND, PERMISSION_DENIED */
export async function listPins(core: Core, actor: Actor, { roomId }: RoomId): Promise<PinList> {
  return inSnapshot(core.db, async (trx) => {
    const { room } = await reachRoom(trx, actor, roomId);
    const pins = await trx.selectFrom("pins").selectAll().where("room_id", "=", roomId).orderBy("seq", "desc").limit(limits.pinsPerRoom).execute();
    const messages = await loadMessages(trx, pins.map(({ message_id }) => message_id));
    const items = pins.flatMap(({ message_id, pinned_by: pinnedBy, pinned_at }) => {
      const message = messages.get(message_id);
      return message ? [{ message, pinnedBy, pinnedAt: pinned_at.toISOString() }] : [];
    });
    return { items, headSeq: room.head_seq };
  });
}
