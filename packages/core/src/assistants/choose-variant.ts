import type { Actor } from "@tertulia/model/actor";
import type { RunId } from "@tertulia/model/assistants";
import type { Message } from "@tertulia/model/messages";
import { Refusal } from "@tertulia/model/refusals";
import { changeAs } from "../change.ts";
import type { Core } from "../core.ts";
import { loadMessage } from "../messages/load-message.ts";
import { reachLockedMessage } from "../messages/reach-locked-message.ts";
import { demand } from "../policy/policy.ts";
import { messageStatusOf } from "./message-status-of.ts";
import { putWordsAside } from "./put-words-aside.ts";
import { reachRun } from "./reach-run.ts";

/**
 * Shows an answer to the whole room as one of its runs has written it; later answers go on from there. It notifies nobody.
 * @throws NOT_FOUND of a run that has no answer here; MESSAGE_NOT_FOUND; PERMISSION_DENIED; CONFLICT STREAMING while the answer is being written
 */
export async function chooseVariant(core: Core, actor: Actor, { runId }: RunId): Promise<Message> {
  const messageId = (await reachRun(core.db, actor, runId)).run.message_id;
  if (messageId === null) throw new Refusal("NOT_FOUND", { runId });
  return changeAs(core, actor, async (change) => {
    const { message, room, member } = await reachLockedMessage(change, actor, messageId);
    demand("post message", { globalRole: actor.role, roomRole: member.role, settings: room.settings });
    if (message.status === "streaming") throw new Refusal("CONFLICT", { reason: "STREAMING" }, "The answer is being written.");
    const run = await change.trx.selectFrom("assistant_runs").select(["shown", "status", "text"]).where("id", "=", runId).executeTakeFirstOrThrow();
    if (run.shown) return loadMessage(change.trx, messageId);
    // One that has not begun, or was stopped before, has nothing to show.
    if (!message.variants.includes(runId) || run.status === "queued" || run.status === "running") throw new Refusal("NOT_FOUND", { runId });
    await putWordsAside(change, messageId);
    await change.trx.updateTable("assistant_runs").set({ shown: true, text: "" }).where("id", "=", runId).execute();
    await change.trx.updateTable("messages").set({ content: run.text, status: messageStatusOf[run.status], updated_at: change.at }).where("id", "=", messageId).execute();
    await change.append(room.id, { kind: "variant.chosen", actorId: actor.user.id, subjectId: messageId });
    return loadMessage(change.trx, messageId);
  });
}
