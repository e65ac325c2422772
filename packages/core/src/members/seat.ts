import type { Id } from "@tertulia/model/ids";
import type { RoomRole } from "@tertulia/model/members";
import type { UserKind } from "@tertulia/model/users";
import type { Change } from "../change.ts";
import { isSmall } from "../rooms/room-facts.ts";

export interface Newcomer {
  userId: Id;
  kind: UserKind;
  role: RoomRole;
}

/**
 * Makes people members, in a room that the change has locked; `by` lets them in: themselves when they join. What was said before counts
 * as read. Who is a member already stays as they are, and nothing is announced of them (protocol J2). Takes as many statements for
 * a hundred as for one, since nobody else gets at the room meanwhile. Answers whether anyone came in.
 */
export async function seat(change: Change, roomId: Id, newcomers: Newcomer[], by: Id): Promise<boolean> {
  const { trx } = change;
  const inserted = await trx
    .insertInto("room_members")
    .values(newcomers.map(({ userId, role }) => ({ room_id: roomId, user_id: userId, role, joined_at: change.at, last_read_at: null, archived_at: null })))
    .onConflict((conflict) => conflict.columns(["room_id", "user_id"]).doNothing())
    .returning("user_id")
    .execute();
  const ids = new Set(inserted.map(({ user_id }) => user_id));
  const seated = newcomers.filter(({ userId }) => ids.has(userId));
  if (seated.length === 0) return false;
  const { member_count: memberCount } = await trx
    .updateTable("rooms")
    .set((eb) => ({ member_count: eb("member_count", "+", seated.length) }))
    .where("id", "=", roomId)
    .returning("member_count")
    .executeTakeFirstOrThrow();
  const countBefore = memberCount - seated.length;
  const events = seated.map(({ userId }, index) => ({ kind: "member.joined" as const, actorId: by, subjectId: userId, data: { memberCount: countBefore + index + 1 } }));
  const seq = await change.appendAll(roomId, events);
  await trx.updateTable("room_members").set({ last_read_seq: seq }).where("room_id", "=", roomId).where("user_id", "in", [...ids]).execute();
  // Whether a post asks an assistant is decided on who sits here; and in a room that is small no more, not everyone may mention all.
  const hasGrownLarge = isSmall(countBefore) && !isSmall(memberCount);
  if (hasGrownLarge || seated.some(({ kind }) => kind === "assistant")) await change.revokeOldFacts(roomId);
  for (const { userId } of seated) change.tell(userId, { kind: "joined", roomId });
  return true;
}
