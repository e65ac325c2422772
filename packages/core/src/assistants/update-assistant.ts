import type { Actor } from "@tertulia/model/actor";
import type { Assistant, UpdateAssistant } from "@tertulia/model/assistants";
import { Refusal } from "@tertulia/model/refusals";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { loadAssistant } from "./load-assistant.ts";

/** Changes how an assistant is called and set up, from its next answer on; what isn't named stays. @throws PERMISSION_DENIED, NOT_FOUND {assistantId} */
export async function updateAssistant(core: Core, actor: Actor, { assistantId, displayName, ...setup }: UpdateAssistant): Promise<Assistant> {
  demand("manage assistants", { globalRole: actor.role });
  await changeAs(core, actor, async ({ trx }) => {
    const assistant = await trx.selectFrom("assistants").selectAll().where("user_id", "=", assistantId).forUpdate().executeTakeFirst();
    if (!assistant) throw new Refusal("NOT_FOUND", { assistantId });
    const { description = assistant.description, instructions = assistant.instructions, model = assistant.model, temperature = assistant.temperature } = setup;
    await trx.updateTable("assistants").set({ description, instructions, model, temperature }).where("user_id", "=", assistantId).execute();
    if (displayName !== undefined) await trx.updateTable("users").set({ display_name: displayName }).where("id", "=", assistantId).execute();
  });
  return loadAssistant(core, assistantId);
}
