import type { Actor } from "@tertulia/model/actor";
import type { RegenerateAnswer, Run } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import { Refusal } from "@tertulia/model/refusals";
import type { Change } from "../change.ts";
import type { Core } from "../core.ts";
import { findMade } from "../idempotency/once.ts";
import { reachLockedMessage } from "../messages/reach-locked-message.ts";
import { demand } from "../policy/policy.ts";
import { getRun } from "./get-run.ts";
import { queueRun } from "./queue-run.ts";

/**
 * Has an answer written anew, for the whole room and in its place: the words it had become a variant, which `chooseVariant` brings back.
 * It notifies nobody. An attempt still waiting or being written is answered instead; so is the first, under its key again. Counts as a post.
 * @throws MESSAGE_NOT_FOUND, also when its question was deleted; CONFLICT NO_ANSWER of another message; PERMISSION_DENIED;
 * NOT_FOUND {assistantId} that isn't in the room any more; NOT_FOUND {model}; QUOTA_EXCEEDED of one that has 20 variants; CONFLICT DIFFERENT_CONTENT; RATE_LIMITED, STORAGE_FULL
 */
export async function regenerateAnswer(core: Core, actor: Actor, { messageId, model }: RegenerateAnswer, key: string | null = null): Promise<Run> {
  const deed = key === null ? null : { key, content: ["regenerate answer", messageId, model ?? null] };
  const madeId = await findMade(core, actor, deed);
  if (madeId !== null) return getRun(core, actor, { runId: madeId });
  if (model !== undefined) await demandModel(core, model);
  const decide = async (change: Change) => {
    const { message, room, member } = await reachLockedMessage(change, actor, messageId);
    demand("post message", { globalRole: actor.role, roomRole: member.role, settings: room.settings });
    const questionId = await findQuestion(change, messageId);
    if (message.variants.length >= limits.variantsPerAnswer) throw new Refusal("QUOTA_EXCEEDED", { limit: limits.variantsPerAnswer }, "This answer has been written anew often enough.");
    return { roomId: room.id, assistantId: message.author_id, questionId, answerId: messageId, model };
  };
  return queueRun(core, actor, decide, deed);
}

async function demandModel(core: Core, model: string): Promise<void> {
  const models = await core.answers.models();
  if (!models.some(({ id }) => id === model)) throw new Refusal("NOT_FOUND", { model });
}

async function findQuestion({ trx }: Change, messageId: Id): Promise<Id> {
  const run = await trx
    .selectFrom("assistant_runs as run")
    .innerJoin("messages as asked", "asked.id", "run.trigger_message_id")
    .select(["asked.id", "asked.deleted_at"])
    .where("run.message_id", "=", messageId)
    .where("run.shown", "=", true)
    .executeTakeFirst();
  if (!run) throw new Refusal("CONFLICT", { reason: "NO_ANSWER" }, "This is no answer of an assistant.");
  if (run.deleted_at !== null) throw new Refusal("MESSAGE_NOT_FOUND", { messageId: run.id });
  return run.id;
}
