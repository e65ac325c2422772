import type { Actor } from "@tertulia/model/actor";
import * as limits from "@tertulia/model/limits";
import type { PinMessage } from "@tertulia/model/pins";
import { Refusal } from "@tertulia/model/refusals";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { reachLockedMessage } from "../messages/reach-locked-message.ts";
import { demand } from "../policy/policy.ts";

/**
 * Keeps a message at hand for everyone in its room. One that is pinned already stays as it is, and nobody is told.
 * @throws MESSAGE_NOT_FOUND, also of a deleted one; PERMISSION_DENIED; CONFLICT TOO_MANY_PINS for the 101st of a room
 */
export async function addPin(core: Core, actor: Actor, { messageId }: PinMessage): Promise<void> {
  await changeAs(core, actor, async (change) => {
    const { trx, at } = change;
    const { room, member } = await reachLockedMessage(change, actor, messageId);
    demand("pin message", { globalRole: actor.role, roomRole: member.role, roomKind: room.kind });
    const pinned = await trx.selectFrom("pins").select("message_id").where("room_id", "=", room.id).limit(limits.pinsPerRoom).execute();
    if (pinned.some(({ message_id }) => message_id === messageId)) return;
    if (pinned.length === limits.pinsPerRoom) throw new Refusal("CONFLICT", { reason: "TOO_MANY_PINS", limit: limits.pinsPerRoom });
    const seq = await change.append(room.id, { kind: "pin.added", actorId: actor.user.id, subjectId: messageId });
    await trx.insertInto("pins").values({ message_id: messageId, room_id: room.id, pinned_by: actor.user.id, seq, pinned_at: at }).execute();
  });
}
