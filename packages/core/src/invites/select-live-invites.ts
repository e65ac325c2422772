import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { Kysely } from "kysely";

/** The invites of a room that still let someone in. */
export const selectLiveInvites = (db: Kysely<Tables>, roomId: Id, now: Date) =>
  db
    .selectFrom("invites")
    .where("room_id", "=", roomId)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", now)
    .where((eb) => eb.or([eb("max_uses", "is", null), eb("uses", "<", eb.ref("max_uses"))]));
