import type { Assistant } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import type { Core } from "../core.ts";
import { selectAssistants, toAssistant } from "./to-assistant.ts";

/** One assistant with how it is set up. @throws NOT_FOUND {assistantId} */
export async function loadAssistant(core: Core, assistantId: Id): Promise<Assistant> {
  const [defaultModel] = await core.answers.models();
  const row = await selectAssistants(core.db).where("users.id", "=", assistantId).executeTakeFirst();
  if (!row) throw new Refusal("NOT_FOUND", { assistantId });
  return toAssistant(row, defaultModel?.id);
}
