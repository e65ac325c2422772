import type { Actor } from "@tertulia/model/actor";
import type { Run, RunId } from "@tertulia/model/assistants";
import type { Core } from "../core.ts";
import { reachRun } from "./reach-run.ts";
import { toRun } from "./to-run.ts";

/** A run and its words so far. @throws NOT_FOUND */
export async function getRun(core: Core, actor: Actor, { runId }: RunId): Promise<Run> {
  const { run } = await reachRun(core.db, actor, runId);
  const soFar = run.status === "running" ? core.runs.soFar(runId) : null;
  return toRun(soFar ? { ...run, text: soFar.text } : run);
}
