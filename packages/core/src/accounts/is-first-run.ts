import type { Core } from "../core.ts";

/** Whether nobody has an account yet. */
export async function isFirstRun(core: Core): Promise<boolean> {
  const someone = await core.db.selectFrom("users").select("id").where("kind", "=", "human").limit(1).executeTakeFirst();
  return someone === undefined;
}
