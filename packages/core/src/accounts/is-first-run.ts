import type { Core } from "../core.ts";

/** Whether nobody has an account yet. */
export async function isFirstRun({ db }: Pick<Core, "db">): Promise<boolean> {
  const someone = await db.selectFrom("users").select("id").where("kind", "=", "human").limit(1).executeTakeFirst();
  return someone === undefined;
}
