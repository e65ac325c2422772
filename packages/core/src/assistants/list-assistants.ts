import type { Assistant } from "@tertulia/model/assistants";
import type { Core } from "../core.ts";
import { toUser, userColumns } from "../users/to-user.ts";

/** The assistants of this server, for anyone signed in, with the model each would ask now. */
export async function listAssistants(core: Core): Promise<Assistant[]> {
  const [defaultModel] = await core.answers.models();
  const rows = await core.db
    .selectFrom("assistants")
    .innerJoin("users", "users.id", "assistants.user_id")
    .select([...userColumns, "assistants.description", "assistants.model", "assistants.mode"])
    .orderBy("users.id")
    .limit(100)
    .execute();
  return rows.map((row) => ({ user: toUser(row), description: row.description, model: row.model || (defaultModel?.id ?? ""), mode: row.mode }));
}
