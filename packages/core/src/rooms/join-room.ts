import type { Actor } from "@tertulia/model/actor";
import { Refusal } from "@tertulia/model/refusals";
import type { InboxEntry, JoinRoom } from "@tertulia/model/rooms";
import { isPassword } from "../accounts/passwords.ts";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { loadInboxEntries, loadMyEntry } from "../inbox/load-inbox-entries.ts";
import { seat } from "../members/seat.ts";
import type { RoomRow } from "./reach-room.ts";

/**
 * Makes the actor a member of a public room, or of one whose password they know. Again is the same, and announces nothing (protocol J1, J2).
 * @throws ROOM_NOT_FOUND of a room that is missing, deleted, or private without a password (J3); WRONG_PASSWORD; RATE_LIMITED after 5 wrong ones in a minute (J4)
 */
export async function joinRoom(core: Core, actor: Actor, { roomId, password }: JoinRoom): Promise<InboxEntry> {
  const [mine] = await loadInboxEntries(core.db, actor.user.id, { roomIds: [roomId] });
  if (mine) return mine;
  const room = await core.db.selectFrom("rooms").selectAll().where("id", "=", roomId).executeTakeFirst();
  if (!isOpen(room)) throw new Refusal("ROOM_NOT_FOUND", { roomId });
  if (room.password_hash !== null) await demandPassword(core, actor, roomId, room.password_hash, password);

  await changeAs(core, actor, async (change) => {
    await change.lockRoom(roomId);
    const now = await change.trx.selectFrom("rooms").selectAll().where("id", "=", roomId).executeTakeFirst();
    if (!isOpen(now)) throw new Refusal("ROOM_NOT_FOUND", { roomId });
    // Another password was set while this one was being verified.
    if (now.password_hash !== room.password_hash) throw new Refusal("WRONG_PASSWORD", { roomId });
    const { id, kind } = actor.user;
    await seat(change, roomId, [{ userId: id, kind, role: "MEMBER" }], id);
  });
  return loadMyEntry(core.db, actor.user.id, roomId);
}

/** Whether anyone may try to come in. */
function isOpen(room: RoomRow | undefined): room is RoomRow {
  return room !== undefined && room.deleted_at === null && room.kind === "room" && (!room.is_private || room.password_hash !== null);
}

async function demandPassword(core: Core, actor: Actor, roomId: string, hash: string, password: string | undefined): Promise<void> {
  // Asking without one is how a client learns that it needs one; it is no guess.
  if (password === undefined || password === "") throw new Refusal("WRONG_PASSWORD", { roomId });
  const { roomPasswordByUser, roomPasswordByRoom } = core.attempts;
  const giveBackMine = await roomPasswordByUser.take(actor.user.id);
  const giveBackOurs = await roomPasswordByRoom.take(roomId);
  if (!(await isPassword(hash, password))) throw new Refusal("WRONG_PASSWORD", { roomId });
  giveBackMine();
  giveBackOurs();
}
