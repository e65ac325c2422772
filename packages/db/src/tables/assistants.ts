import type { AssistantMode } from "@tertulia/model/assistants";
import type { Generated } from "kysely";

/** What a user of kind `assistant` has beside a user's columns. */
export interface AssistantsTable {
  user_id: string;
  description: Generated<string>;
  instructions: Generated<string>;
  /** Empty: the configured default. */
  model: Generated<string>;
  /** Null: the model's own. */
  temperature: number | null;
  mode: Generated<AssistantMode>;
}
