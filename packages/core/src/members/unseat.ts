import type { Id } from "@tertulia/model/ids";
import type { Change } from "../change.ts";

/**
 * Ends a membership, in a room that the change has locked; `by` is who left or who removed them. Nothing happens if there was none.
 * Answers how many are left; null if nothing happened.
 */
export async function unseat(change: Change, roomId: Id, userId: Id, by: Id): Promise<number | null> {
  const { trx } = change;
  const gone = await trx.deleteFrom("room_members").where("room_id", "=", roomId).where("user_id", "=", userId).returning("user_id").executeTakeFirst();
  if (!gone) return null;
  const { member_count: memberCount } = await trx
    .updateTable("rooms")
    .set((eb) => ({ member_count: eb("member_count", "-", 1) }))
    .where("id", "=", roomId)
    .returning("member_count")
    .executeTakeFirstOrThrow();
  await change.append(roomId, { kind: "member.left", actorId: by, subjectId: userId, data: by === userId ? { memberCount } : { memberCount, removedBy: by } });
  await change.revokeOldFacts(roomId);
  change.tell(userId, { kind: "left", roomId });
  return memberCount;
}
