import type { Actor } from "@tertulia/model/actor";
import type { Id, Seq } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import type { Core } from "../core.ts";
import { reachRoom } from "../rooms/reach-room.ts";

/**
 * The seq before which a page begins that has a number: the first is the newest. For those who count pages; a seq tells the same at no cost, and doesn't
 * shift when something is posted. Zero past the oldest message.
 * @throws ROOM_NOT_FOUND, PERMISSION_DENIED; VALIDATION_FAILED {field: page} beyond the newest 10,000 messages
 */
export async function findPageStart(core: Core, actor: Actor, { roomId, threadRootId, page, limit = limits.pageDefault }: PageNumber): Promise<Seq | undefined> {
  await reachRoom(core.db, actor, roomId);
  const skipped = (page - 1) * limit;
  if (skipped === 0) return undefined;
  if (skipped > limits.messagesCountedByPage) throw new Refusal("VALIDATION_FAILED", { field: "page", reason: "INVALID_VALUE" });
  const last = await core.db
    .selectFrom("messages")
    .select("seq")
    .where("room_id", "=", roomId)
    .where("thread_root_id", threadRootId === undefined ? "is" : "=", threadRootId ?? null)
    .orderBy("seq", "desc")
    .offset(skipped - 1)
    .limit(1)
    .executeTakeFirst();
  return last?.seq ?? 0;
}

interface PageNumber {
  roomId: Id;
  threadRootId?: Id | undefined;
  page: number;
  limit?: number | undefined;
}
