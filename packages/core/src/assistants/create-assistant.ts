import type { Actor } from "@tertulia/model/actor";
import type { Assistant, CreateAssistant } from "@tertulia/model/assistants";
import { Refusal } from "@tertulia/model/refusals";
import { v7 as newId } from "uuid";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { isReservedUsername } from "../users/is-reserved-username.ts";
import { usernameKey } from "../users/username-key.ts";
import { loadAssistant } from "./load-assistant.ts";

/** Makes an assistant that rooms can seat. It has neither email nor password, so nobody can sign in as it. @throws PERMISSION_DENIED; CONFLICT {field: username, reason: TAKEN} */
export async function createAssistant(core: Core, actor: Actor, input: CreateAssistant): Promise<Assistant> {
  demand("manage assistants", { globalRole: actor.role });
  if (isReservedUsername(input.username)) throw new Refusal("CONFLICT", { field: "username", reason: "TAKEN" });
  const id = await changeAs(core, actor, async ({ trx, at }) => {
    const made = await trx
      .insertInto("users")
      .values({ id: newId(), kind: "assistant", username: input.username, username_key: usernameKey(input.username), display_name: input.displayName, created_at: at })
      .onConflict((conflict) => conflict.column("username_key").doNothing())
      .returning("id")
      .executeTakeFirst();
    if (!made) throw new Refusal("CONFLICT", { field: "username", reason: "TAKEN" });
    const { description = "", instructions = "", model = "", temperature = null } = input;
    await trx.insertInto("assistants").values({ user_id: made.id, description, instructions, model, temperature }).execute();
    return made.id;
  });
  return loadAssistant(core, id);
}
