import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { Kysely } from "kysely";

/** The sessions and API tokens of a user that still speak for them. */
export const selectLiveSessions = (db: Kysely<Tables>, userId: Id, now: Date) =>
  db.selectFrom("user_sessions").where("user_id", "=", userId).where("revoked_at", "is", null).where("expires_at", ">", now);
