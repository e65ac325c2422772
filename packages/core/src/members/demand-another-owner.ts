import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { RoomRole } from "@tertulia/model/members";
import { Refusal } from "@tertulia/model/refusals";
import type { Kysely } from "kysely";

/** As long as other people are in a room, one of them owns it. Asked under the room's lock. @throws CONFLICT LAST_OWNER (protocol J5) */
export async function demandAnotherOwner(db: Kysely<Tables>, roomId: Id, besides: Id): Promise<void> {
  const others = await rolesOfOthers(db, roomId, besides);
  if (others.length > 0 && !others.includes("OWNER")) throw new Refusal("CONFLICT", { reason: "LAST_OWNER", roomId });
}

/** Who stays in a room can't leave it without an owner, alone or not. Asked under the room's lock. @throws CONFLICT LAST_OWNER */
export async function demandOwnerBeside(db: Kysely<Tables>, roomId: Id, userId: Id): Promise<void> {
  if (!(await rolesOfOthers(db, roomId, userId)).includes("OWNER")) throw new Refusal("CONFLICT", { reason: "LAST_OWNER", roomId });
}

/** Each role that other people have in it. */
async function rolesOfOthers(db: Kysely<Tables>, roomId: Id, besides: Id): Promise<RoomRole[]> {
  const rows = await db
    .selectFrom("room_members")
    .innerJoin("users", "users.id", "room_members.user_id")
    .select("room_members.role")
    .where("room_members.room_id", "=", roomId)
    .where("room_members.user_id", "<>", besides)
    .where("users.kind", "=", "human")
    .groupBy("room_members.role")
    .execute();
  return rows.map(({ role }) => role);
}
