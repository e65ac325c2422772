import type { Actor } from "@tertulia/model/actor";
import type { PinMessage } from "@tertulia/model/pins";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { reachLockedMessage } from "../messages/reach-locked-message.ts";
import { demand } from "../policy/policy.ts";

/** Ends a pin; one that isn't there changes nothing, and nobody is told. @throws MESSAGE_NOT_FOUND, PERMISSION_DENIED */
export async function removePin(core: Core, actor: Actor, { messageId }: PinMessage): Promise<void> {
  await changeAs(core, actor, async (change) => {
    const { room, member } = await reachLockedMessage(change, actor, messageId);
    demand("pin message", { globalRole: actor.role, roomRole: member.role, roomKind: room.kind });
    const gone = await change.trx.deleteFrom("pins").where("message_id", "=", messageId).returning("seq").executeTakeFirst();
    if (gone) await change.append(room.id, { kind: "pin.removed", actorId: actor.user.id, subjectId: messageId });
  });
}
