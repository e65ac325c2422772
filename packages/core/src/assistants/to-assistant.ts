import type { Tables } from "@tertulia/db/schema";
import type { AssistantsTable } from "@tertulia/db/tables/assistants";
import type { Assistant } from "@tertulia/model/assistants";
import type { Kysely, Selectable } from "kysely";
import { toUser, type UserColumns, userColumns } from "../users/to-user.ts";

/** Assistants as users; filter, order and limit the query, then map its rows with `toAssistant`. */
export const selectAssistants = (db: Kysely<Tables>) =>
  db
    .selectFrom("assistants")
    .innerJoin("users", "users.id", "assistants.user_id")
    .select([...userColumns, "assistants.description", "assistants.instructions", "assistants.model", "assistants.temperature", "assistants.mode"]);

/** With all that an administrator sees. */
export const toAssistant = (row: UserColumns & Omit<Selectable<AssistantsTable>, "user_id">, defaultModel = ""): Assistant => ({
  user: toUser(row),
  description: row.description,
  model: row.model || defaultModel,
  mode: row.mode,
  setup: { instructions: row.instructions, model: row.model, temperature: row.temperature },
});
