import type { Actor } from "@tertulia/model/actor";
import type { Id, Seq } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { MarkRead, MyPosition } from "@tertulia/model/reads";
import { Refusal } from "@tertulia/model/refusals";
import type { Core } from "../core.ts";
import { reachRoot } from "../messages/reach-root.ts";
import { reachRoom } from "../rooms/reach-room.ts";
import { loadPosition } from "./load-position.ts";
import { loadThreadPosition } from "./load-thread-position.ts";

/** What is known besides: when they read it, now at the latest and without it now; and which message of the room stands at that place. */
interface Known {
  readAt?: Date;
  messageId?: Id;
}

/**
 * Moves the actor's position in a room, or in a thread of it, forward, never back and never past what is there; answers what is left unread.
 * No event of the room's log: the others hear of a room's position by the way, in a room of up to 200; the actor's other devices get their
 * new numbers. Nothing is written where nothing moves. In a thread that the actor isn't in, nothing does.
 * @throws ROOM_NOT_FOUND, PERMISSION_DENIED, MESSAGE_NOT_FOUND (the thread's root), STORAGE_FULL
 */
export async function markRead(core: Core, actor: Actor, { roomId, threadRootId, seq }: MarkRead, known: Known = {}): Promise<MyPosition> {
  core.assertWritable();
  const { room } = await reachRoom(core.db, actor, roomId);
  const upTo = Math.min(seq, room.head_seq);
  const moved =
    threadRootId === undefined
      ? await moveInRoom(core, actor, { roomId, upTo, known, isTold: room.member_count <= limits.readsToldUpToMembers })
      : await moveInThread(core, actor, { rootId: await reachRoot(core.db, roomId, threadRootId), upTo });
  const position = await loadPosition(core.db, roomId, actor.user.id);
  if (!position) throw new Refusal("ROOM_NOT_FOUND", { roomId });
  if (threadRootId !== undefined) position.thread = await loadThreadPosition(core.db, threadRootId, actor.user.id);
  if (moved) core.bus.publish("user", actor.user.id, { kind: "position", position });
  return position;
}

interface Move {
  roomId: Id;
  upTo: Seq;
  known: Known;
  isTold: boolean;
}

async function moveInRoom(core: Core, actor: Actor, { roomId, upTo, known, isTold }: Move): Promise<boolean> {
  const at = new Date(Math.min(known.readAt?.getTime() ?? Number.POSITIVE_INFINITY, core.clock.now()));
  const moved = await core.db
    .updateTable("room_members")
    .set({ last_read_seq: upTo, last_read_at: at })
    .where("room_id", "=", roomId)
    .where("user_id", "=", actor.user.id)
    .where("last_read_seq", "<", upTo)
    .returning("last_read_seq")
    .executeTakeFirst();
  if (moved && isTold) {
    const position = { userId: actor.user.id, seq: moved.last_read_seq, at: at.toISOString() };
    await core.readsTold.tell({ roomId, position, user: actor.user, messageId: known.messageId ?? null });
  }
  return moved !== undefined;
}

async function moveInThread(core: Core, actor: Actor, { rootId, upTo }: { rootId: Id; upTo: Seq }): Promise<boolean> {
  const moved = await core.db
    .updateTable("thread_members")
    .set({ last_read_seq: upTo })
    .where("root_id", "=", rootId)
    .where("user_id", "=", actor.user.id)
    .where("last_read_seq", "<", upTo)
    .returning("last_read_seq")
    .executeTakeFirst();
  return moved !== undefined;
}
