import type { Actor } from "@tertulia/model/actor";
import type { AcceptInvite } from "@tertulia/model/invites";
import { Refusal } from "@tertulia/model/refusals";
import type { InboxEntry } from "@tertulia/model/rooms";
import { type Change, changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { loadInboxEntries, loadMyEntry } from "../inbox/load-inbox-entries.ts";
import { seat } from "../members/seat.ts";
import { hashToken } from "../sessions/tokens.ts";
import { selectLiveInvites } from "./select-live-invites.ts";
import type { InviteRow } from "./to-invite.ts";

/**
 * Makes the actor a member of the room that the code is for. Whoever is in it already gets the same answer, and no use is counted: a retry is no second guest.
 * A code that is unknown, expired, used up, revoked or of a deleted room is refused in the same words (quality B65).
 * @throws NOT_FOUND {reason: INVITE}; RATE_LIMITED after 10 wrong codes in a minute
 */
export async function acceptInvite(core: Core, actor: Actor, { code }: AcceptInvite): Promise<InboxEntry> {
  const giveBack = await core.attempts.invite.take(actor.user.id);
  const invite = await core.db.selectFrom("invites").selectAll().where("code_hash", "=", hashToken(code)).executeTakeFirst();
  if (!invite) throw noSuchInvite();
  const [mine] = await loadInboxEntries(core.db, actor.user.id, { roomIds: [invite.room_id] });
  if (!mine) await changeAs(core, actor, (change) => comeIn(change, actor, invite));
  giveBack();
  return mine ?? loadMyEntry(core.db, actor.user.id, invite.room_id);
}

/** Under the room's lock, so that of two who take the last place at once one gets it, and a revoked code lets nobody in. */
async function comeIn(change: Change, { user }: Actor, { id, room_id: roomId }: InviteRow): Promise<void> {
  const { trx, at } = change;
  await lockRoom(change, roomId);
  const live = await selectLiveInvites(trx, roomId, at).select("id").where("id", "=", id).executeTakeFirst();
  if (!live) throw noSuchInvite();
  const isSeated = await seat(change, roomId, [{ userId: user.id, kind: user.kind, role: "MEMBER" }], user.id);
  if (!isSeated) return;
  await trx
    .updateTable("invites")
    .set((eb) => ({ uses: eb("uses", "+", 1) }))
    .where("id", "=", id)
    .execute();
}

async function lockRoom(change: Change, roomId: string): Promise<void> {
  try {
    await change.lockRoom(roomId);
  } catch (error) {
    throw error instanceof Refusal ? noSuchInvite() : error;
  }
}

const noSuchInvite = () => new Refusal("NOT_FOUND", { reason: "INVITE" }, "This invitation doesn't exist, has expired or is used up.");
