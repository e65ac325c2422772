import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import type { InboxEntry, RoomId } from "@tertulia/model/rooms";
import { type Change, changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { loadMyEntry } from "../inbox/load-inbox-entries.ts";
import { demand } from "../policy/policy.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Opens a deleted room again for all who were in it, with everything in it, within 30 days. One that isn't deleted stays as it is.
 * @throws ROOM_NOT_FOUND, also after 30 days and for whoever wasn't in it; PERMISSION_DENIED
 */
export async function restoreRoom(core: Core, actor: Actor, { roomId }: RoomId): Promise<InboxEntry> {
  await changeAs(core, actor, async (change) => {
    const { trx, at } = change;
    // Who wasn't in it is refused before they can make anyone wait.
    if (!(await hasSeat(change, roomId, actor.user.id))) throw new Refusal("ROOM_NOT_FOUND", { roomId });
    const room = await change.lockAnyRoom(roomId);
    const members = await trx.selectFrom("room_members").select(["user_id", "role"]).where("room_id", "=", roomId).execute();
    const me = members.find(({ user_id }) => user_id === actor.user.id);
    if (!room || !me) throw new Refusal("ROOM_NOT_FOUND", { roomId });
    demand("delete room", { globalRole: actor.role, roomRole: me.role });
    if (room.deletedAt === null) return;
    if (room.deletedAt.getTime() + limits.roomRestorableDays * DAY_MS <= at.getTime()) throw new Refusal("ROOM_NOT_FOUND", { roomId });
    await trx.updateTable("rooms").set({ deleted_at: null, updated_at: at }).where("id", "=", roomId).execute();
    await change.append(roomId, { kind: "room.updated", actorId: actor.user.id, data: { changed: ["deletedAt"] } });
    for (const { user_id } of members) change.tell(user_id, { kind: "joined", roomId });
  });
  return loadMyEntry(core.db, actor.user.id, roomId);
}

async function hasSeat({ trx }: Change, roomId: Id, userId: Id): Promise<boolean> {
  const seat = await trx.selectFrom("room_members").select("user_id").where("room_id", "=", roomId).where("user_id", "=", userId).executeTakeFirst();
  return seat !== undefined;
}
