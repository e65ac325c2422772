import type { Actor } from "@tertulia/model/actor";
import type { RunId } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import { Refusal } from "@tertulia/model/refusals";
import type { Core } from "../core.ts";
import { demand } from "../policy/policy.ts";
import { reachRun } from "./reach-run.ts";

/**
 * Stops an answer, waiting or being written, wherever it is written; what was written stays. Of an answer that has ended it does nothing.
 * The stop is stored before it is rung, so that a lost ring delays it by no more than the next save, a second.
 * Whoever says of which room it is means that one alone. @throws NOT_FOUND, PERMISSION_DENIED (only who asked and the room's OWNER and ADMINs may)
 */
export async function stopRun(core: Core, actor: Actor, { runId, roomId }: RunId & { roomId?: Id }): Promise<void> {
  const { run, member } = await reachRun(core.db, actor, runId);
  if (roomId !== undefined && run.room_id !== roomId) throw new Refusal("NOT_FOUND", { runId });
  demand("stop run", { globalRole: actor.role, roomRole: member.role, own: run.asked_by === actor.user.id });
  core.assertWritable();
  const waiting = await core.db
    .updateTable("assistant_runs")
    .set({ status: "stopped", stopped_by: actor.user.id, ended_at: new Date(core.clock.now()) })
    .where("id", "=", runId)
    .where("status", "=", "queued")
    .returning("id")
    .executeTakeFirst();
  if (waiting) return;
  await core.db
    .updateTable("assistant_runs")
    .set({ stopped_by: actor.user.id })
    .where("id", "=", runId)
    .where("status", "=", "running")
    .where("stopped_by", "is", null)
    .execute();
  core.bus.publish("run", runId, { kind: "stop", by: actor.user.id });
}
