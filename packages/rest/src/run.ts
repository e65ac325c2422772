import { Id } from "@tertulia/model/ids";
import { RunFailure, RunStatus, RunSummary as CoreRunSummary } from "@tertulia/model/assistants";
import { z } from "zod";

const summary = {
  ...CoreRunSummary.shape,
  status: RunStatus.meta({ description: "`queued` and `running` until it has ended; `interrupted` if the server that wrote it went away." }),
  model: z.string().meta({ description: "The model that was asked." }),
  triggerMessageId: Id.meta({ description: "The question." }),
  askedBy: Id.meta({ description: "Who asked; they may stop it, as the conversation's OWNER and ADMINs may." }),
  code: RunFailure.nullable().meta({ description: "Why it failed." }),
  stoppedBy: Id.nullable(),
};

export const RunSummary = z.object(summary).meta({ id: "RunSummary", description: "One try of an assistant at an answer." });
