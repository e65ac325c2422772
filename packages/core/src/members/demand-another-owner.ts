import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import type { Kysely } from "kysely";

/** As long as other people are in a room, one of them owns it. Asked under the room's lock. @throws CONFLICT LAST_OWNER (protocol J5) */
export async function demandAnotherOwner(db: Kysely<Tables>, roomId: Id, besides: Id): Promise<void> {
  const others = await db
    .selectFrom("room_members")
    .innerJoin("users", "users.id", "room_members.user_id")
    .select("room_members.role")
    .where("room_members.room_id", "=", roomId)
    .where("room_members.user_id", "<>", besides)
    .where("users.kind", "=", "human")
    .groupBy("room_members.role")
    .execute();
  if (others.length > 0 && !others.some(({ role }) => role === "OWNER")) throw new Refusal("CONFLICT", { reason: "LAST_OWNER", roomId });
}
