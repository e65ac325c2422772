import type { Tables } from "@tertulia/db/schema";
import type { Actor } from "@tertulia/model/actor";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import type { Kysely } from "kysely";
import { type MemberRow, reachRoom } from "../rooms/reach-room.ts";
import { type RunRow, selectRuns } from "./to-run.ts";

/**
 * The only way to a run: through a member of its room.
 * @throws NOT_FOUND of a missing run and of any the actor can't see
 */
export async function reachRun(db: Kysely<Tables>, actor: Actor, runId: Id): Promise<{ run: RunRow; member: MemberRow }> {
  const run = await selectRuns(db).where("run.id", "=", runId).executeTakeFirst();
  if (!run) throw new Refusal("NOT_FOUND", { runId });
  try {
    const { member } = await reachRoom(db, actor, run.room_id);
    return { run, member };
  } catch (error) {
    throw error instanceof Refusal ? new Refusal("NOT_FOUND", { runId }) : error;
  }
}
