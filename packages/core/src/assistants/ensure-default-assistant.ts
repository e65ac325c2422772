import { v7 as newId } from "uuid";
import type { CoreParts } from "../core.ts";
import { usernameKey } from "../users/username-key.ts";

const USERNAME = "quill";
const DESCRIPTION = "Thinks along wherever it is mentioned, and in a chat of its own.";
const INSTRUCTIONS = [
  "You are Quill, an assistant in Tertulia, a place where people talk in rooms.",
  "Answer the last message, in the language it is written in.",
  "Be brief and concrete, use Markdown where it helps, and say so when you don't know.",
].join(" ");

/** Makes the first assistant where there is none. It has neither email nor password, so nobody can sign in as it. */
export async function ensureDefaultAssistant({ db }: Pick<CoreParts, "db">): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const existing = await trx.selectFrom("assistants").select("user_id").limit(1).executeTakeFirst();
    if (existing) return;
    const made = await trx
      .insertInto("users")
      .values({ id: newId(), kind: "assistant", username: USERNAME, username_key: usernameKey(USERNAME), display_name: "Quill" })
      // Another node may be starting at the same time.
      .onConflict((conflict) => conflict.column("username_key").doNothing())
      .returning("id")
      .executeTakeFirst();
    if (made) await trx.insertInto("assistants").values({ user_id: made.id, description: DESCRIPTION, instructions: INSTRUCTIONS }).execute();
  });
}
