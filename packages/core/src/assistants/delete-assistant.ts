import type { Actor } from "@tertulia/model/actor";
import type { DeleteAssistant } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import { change, changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { unseat } from "../members/unseat.ts";
import { demand } from "../policy/policy.ts";

/**
 * Ends an assistant: it answers nobody any more and is offered to nobody. It leaves the rooms it sat in; chats with it stay, with its name, to be read.
 * Its words stay everywhere, and so does its name, which nobody else can take. @throws PERMISSION_DENIED, NOT_FOUND {assistantId}
 */
export async function deleteAssistant(core: Core, actor: Actor, { assistantId }: DeleteAssistant): Promise<void> {
  demand("manage assistants", { globalRole: actor.role });
  // From here on no room can seat it, so none is missed below.
  await changeAs(core, actor, async ({ trx }) => {
    const gone = await trx.deleteFrom("assistants").where("user_id", "=", assistantId).returning("user_id").executeTakeFirst();
    if (!gone) throw new Refusal("NOT_FOUND", { assistantId });
  });
  for (const room of await roomsOf(core, assistantId)) {
    await leave(core, actor, assistantId, room);
    // What was asked of it and hasn't begun is waited for no longer.
    core.runs.wake(room.id);
  }
}

interface Seat {
  id: Id;
  kind: "room" | "dm" | "assistant";
}

function roomsOf(core: Core, assistantId: Id): Promise<Seat[]> {
  return core.db
    .selectFrom("room_members")
    .innerJoin("rooms", "rooms.id", "room_members.room_id")
    .select(["rooms.id", "rooms.kind"])
    .where("room_members.user_id", "=", assistantId)
    .where("rooms.deleted_at", "is", null)
    .orderBy("rooms.id")
    .execute();
}

/** Room by room, so that none is held for long. */
async function leave(core: Core, actor: Actor, assistantId: Id, { id, kind }: Seat): Promise<void> {
  await change(core, async (change) => {
    await change.lockRoom(id);
    if (kind === "room") await unseat(change, id, assistantId, actor.user.id);
    // Whether a post asks it was decided on kept facts.
    else await change.revokeOldFacts(id);
  }).catch((error: unknown) => {
    // The room was deleted meanwhile.
    if (!(error instanceof Refusal)) throw error;
  });
}
