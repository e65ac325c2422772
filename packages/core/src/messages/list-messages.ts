import type { Actor } from "@tertulia/model/actor";
import * as limits from "@tertulia/model/limits";
import type { ListMessages, MessagePage } from "@tertulia/model/messages";
import type { Core } from "../core.ts";
import { reachRoom } from "../rooms/reach-room.ts";
import { inSnapshot } from "../snapshot.ts";
import { loadThreadPosition } from "../reads/load-thread-position.ts";
import { loadPage } from "./load-page.ts";
import { reachRoot } from "./reach-root.ts";

/**
 * A page of a room's history, or of a thread's replies and how far the actor has read it, from one snapshot with the room's headSeq.
 * @throws ROOM_NOT_FOUND, PERMISSION_DENIED, MESSAGE_NOT_FOUND of a root that isn't in this room; a deleted one's replies can be read
 */
export async function listMessages(core: Core, actor: Actor, { roomId, limit = limits.pageDefault, ...where }: ListMessages): Promise<MessagePage> {
  return inSnapshot(core.db, async (trx) => {
    const { room } = await reachRoom(trx, actor, roomId);
    const page = { ...(await loadPage(trx, roomId, { ...where, limit })), headSeq: room.head_seq };
    if (where.threadRootId === undefined) return page;
    return { ...page, thread: await loadThreadPosition(trx, await reachRoot(trx, roomId, where.threadRootId), actor.user.id) };
  });
}
