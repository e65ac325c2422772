import type { Actor } from "@tertulia/model/actor";
import { limits } from "@tertulia/model/limits";
import type { ListMessages, MessagePage } from "@tertulia/model/messages";
import type { Core } from "../core.ts";
import { reachRoom } from "../rooms/reach-room.ts";
import { inSnapshot } from "../snapshot.ts";
import { loadPage } from "./load-page.ts";

/** A page of a room's history, from one snapshot with its headSeq. @throws ROOM_NOT_FOUND, PERMISSION_DENIED */
export async function listMessages(core: Core, actor: Actor, { roomId, limit = limits.pageDefault, ...where }: ListMessages): Promise<MessagePage> {
  return inSnapshot(core.db, async (trx) => {
    const { room } = await reachRoom(trx, actor, roomId);
    return { ...(await loadPage(trx, roomId, { ...where, limit })), headSeq: room.head_seq };
  });
}
