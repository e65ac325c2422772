import type { Id } from "@tertulia/model/ids";
import type { RoomRole } from "@tertulia/model/members";
import type { UserKind } from "@tertulia/model/users";
import type { Change } from "../change.ts";

interface Newcomer {
  userId: Id;
  kind: UserKind;
  role: RoomRole;
  /** Who lets them in: themselves when they join. */
  by: Id;
  now: Date;
}

/**
 * Makes someone a member, in a room that the change has locked; everything said before counts as read.
 * Answers false, and announces nothing, if they are one already (protocol J2).
 */
export async function seat(change: Change, roomId: Id, { userId, kind, role, by, now }: Newcomer): Promise<boolean> {
  const { trx } = change;
  const seated = await trx
    .insertInto("room_members")
    .values({ room_id: roomId, user_id: userId, role, joined_at: now, last_read_at: null, archived_at: null })
    .onConflict((conflict) => conflict.columns(["room_id", "user_id"]).doNothing())
    .returning("user_id")
    .executeTakeFirst();
  if (!seated) return false;
  const { member_count: memberCount } = await trx
    .updateTable("rooms")
    .set((eb) => ({ member_count: eb("member_count", "+", 1) }))
    .where("id", "=", roomId)
    .returning("member_count")
    .executeTakeFirstOrThrow();
  const seq = await change.append(roomId, { kind: "member.joined", actorId: by, subjectId: userId, data: { memberCount } });
  await trx.updateTable("room_members").set({ last_read_seq: seq }).where("room_id", "=", roomId).where("user_id", "=", userId).execute();
  // Whether a post asks an assistant is decided on who sits here.
  if (kind === "assistant") await change.revokeOldFacts(roomId);
  change.tell(userId, { kind: "joined", roomId });
  return true;
}
