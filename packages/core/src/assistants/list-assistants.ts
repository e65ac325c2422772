import type { Actor } from "@tertulia/model/actor";
import type { Assistant } from "@tertulia/model/assistants";
import type { Core } from "../core.ts";
import { may } from "../policy/policy.ts";
import { selectAssistants, toAssistant } from "./to-assistant.ts";

/** The assistants of this server, for anyone signed in, with the model each would ask now; how they were set up is for administrators. */
export async function listAssistants(core: Core, actor: Pick<Actor, "role">): Promise<Assistant[]> {
  const seesSetup = may("manage assistants", { globalRole: actor.role });
  const [defaultModel] = await core.answers.models();
  const rows = await selectAssistants(core.db).orderBy("users.id").limit(100).execute();
  return rows.map((row) => {
    const assistant = toAssistant(row, defaultModel?.id);
    return seesSetup ? assistant : { ...assistant, setup: null };
  });
}
