import type { Tables } from "@tertulia/db/schema";
import type { Id } from "@tertulia/model/ids";
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from "kysely";
import type { Change } from "../change.ts";

type Which = (eb: ExpressionBuilder<Tables, "user_sessions">) => ExpressionWrapper<Tables, "user_sessions", SqlBool>;

/** Revokes those of a user's live sessions that `which` names, and has every node told. Answers how many. */
export async function endSessions(change: Change, userId: Id, which: Which): Promise<number> {
  const ended = await change.trx
    .updateTable("user_sessions")
    .set({ revoked_at: change.at })
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .where(which)
    .returning("id")
    .execute();
  for (const { id } of ended) change.tell(userId, { kind: "session.revoked", sessionId: id });
  return ended.length;
}
