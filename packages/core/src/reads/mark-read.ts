import type { Actor } from "@tertulia/model/actor";
import { limits } from "@tertulia/model/limits";
import type { MarkRead, MyPosition } from "@tertulia/model/reads";
import { Refusal } from "@tertulia/model/refusals";
import type { Core } from "../core.ts";
import { reachRoom } from "../rooms/reach-room.ts";
import { loadPosition } from "./load-position.ts";

/**
 * Moves the actor's position in a room forward, never back and never past what is there; answers what is left unread.
 * No event of the room's log: the others hear of it by the way, in a room of up to 200; the actor's other devices get their new numbers.
 * @throws ROOM_NOT_FOUND, PERMISSION_DENIED, STORAGE_FULL
 */
export async function markRead(core: Core, actor: Actor, { roomId, seq }: MarkRead): Promise<MyPosition> {
  core.assertWritable();
  const { room } = await reachRoom(core.db, actor, roomId);
  const at = new Date(core.clock.now());
  const reached = Math.min(seq, room.head_seq);
  const moved = await core.db
    .updateTable("room_members")
    .set({ last_read_seq: reached, last_read_at: at })
    .where("room_id", "=", roomId)
    .where("user_id", "=", actor.user.id)
    .where("last_read_seq", "<", reached)
    .returning("last_read_seq")
    .executeTakeFirst();
  const position = await loadPosition(core.db, roomId, actor.user.id);
  if (!position) throw new Refusal("ROOM_NOT_FOUND", { roomId });
  if (moved) {
    const isTold = room.member_count <= limits.readsToldUpToMembers;
    if (isTold) core.bus.publish("room", roomId, { kind: "reads", position: { userId: actor.user.id, seq: moved.last_read_seq, at: at.toISOString() } });
    core.bus.publish("user", actor.user.id, { kind: "position", position });
  }
  return position;
}
