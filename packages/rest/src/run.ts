import { type Run as CoreRun, RunFailure, RunStatus, RunSummary as CoreRunSummary, Usage as CoreUsage } from "@tertulia/model/assistants";
import { Id } from "@tertulia/model/ids";
import { z } from "zod";

const Usage = CoreUsage.meta({ id: "Usage", description: "Tokens read and written, where the provider tells." });

const summary = {
  ...CoreRunSummary.shape,
  status: RunStatus.meta({ description: "`queued` and `running` until it has ended; `interrupted` if the server that wrote it went away." }),
  model: z.string().meta({ description: "The model that was asked." }),
  triggerMessageId: Id.meta({ description: "The question." }),
  askedBy: Id.meta({ description: "Who asked; they may stop it, as the conversation's OWNER and ADMINs may." }),
  code: RunFailure.nullable().meta({ description: "Why it failed." }),
  stoppedBy: Id.nullable(),
  usage: Usage,
};

export const RunSummary = z.object(summary).meta({ id: "RunSummary", description: "One try of an assistant at an answer." });

export const Run = z
  .object({
    ...summary,
    conversationId: Id,
    messageId: Id.nullable().meta({ description: "The answer; null until its first word." }),
    assistantId: Id,
    text: z.string().meta({ description: "What it has written so far." }),
  })
  .meta({ id: "Run", description: "One try of an assistant at an answer, with its words so far." });

export const toRun = ({ roomId, ...run }: CoreRun): z.infer<typeof Run> => ({ ...run, conversationId: roomId });

export const RunPath = z.strictObject({ runId: Id });
