import type { Tables } from "@tertulia/db/schema";
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from "kysely";

/** Whether a user can be talked to: a person, or an assistant that hasn't been deleted. */
export const isSomeone = (eb: ExpressionBuilder<Tables, "users">): ExpressionWrapper<Tables, "users", SqlBool> =>
  eb.or([eb("users.kind", "=", "human"), eb.exists(eb.selectFrom("assistants").select("assistants.user_id").whereRef("assistants.user_id", "=", "users.id"))]);
