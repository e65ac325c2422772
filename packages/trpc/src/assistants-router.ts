import { chooseVariant } from "@tertulia/core/assistants/choose-variant";
import { createAssistant } from "@tertulia/core/assistants/create-assistant";
import { deleteAssistant } from "@tertulia/core/assistants/delete-assistant";
import { getRun } from "@tertulia/core/assistants/get-run";
import { invokeAssistant } from "@tertulia/core/assistants/invoke-assistant";
import { listAssistants } from "@tertulia/core/assistants/list-assistants";
import { listModels } from "@tertulia/core/assistants/list-models";
import { regenerateAnswer } from "@tertulia/core/assistants/regenerate-answer";
import { stopRun } from "@tertulia/core/assistants/stop-run";
import { updateAssistant } from "@tertulia/core/assistants/update-assistant";
import { Assistant, AssistantModel, CreateAssistant, DeleteAssistant, InvokeAssistant, RegenerateAnswer, Run, RunId, UpdateAssistant } from "@tertulia/model/assistants";
import { Message } from "@tertulia/model/messages";
import { z } from "zod";
import { fadingStream } from "./feed-stream.ts";
import { followRuns } from "./follow-specs.ts";
import { router, signedInProcedure } from "./trpc.ts";

export const assistantsRouter = router({
  list: signedInProcedure.output(z.array(Assistant)).query(({ ctx }) => listAssistants(ctx.core, ctx.actor)),
  create: signedInProcedure.input(CreateAssistant).output(Assistant).mutation(({ ctx, input }) => createAssistant(ctx.core, ctx.actor, input)),
  update: signedInProcedure.input(UpdateAssistant).output(Assistant).mutation(({ ctx, input }) => updateAssistant(ctx.core, ctx.actor, input)),
  delete: signedInProcedure.input(DeleteAssistant).output(z.void()).mutation(({ ctx, input }) => deleteAssistant(ctx.core, ctx.actor, input)),
  models: signedInProcedure.output(z.array(AssistantModel)).query(({ ctx }) => listModels(ctx.core)),
  invoke: signedInProcedure.input(InvokeAssistant).output(Run).mutation(({ ctx, input }) => invokeAssistant(ctx.core, ctx.actor, input)),
  regenerate: signedInProcedure.input(RegenerateAnswer).output(Run).mutation(({ ctx, input }) => regenerateAnswer(ctx.core, ctx.actor, input)),
  chooseVariant: signedInProcedure.input(RunId).output(Message).mutation(({ ctx, input }) => chooseVariant(ctx.core, ctx.actor, input)),
  stop: signedInProcedure.input(RunId).output(z.void()).mutation(({ ctx, input }) => stopRun(ctx.core, ctx.actor, input)),
  run: signedInProcedure.input(RunId).output(Run).query(({ ctx, input }) => getRun(ctx.core, ctx.actor, input)),
  followRuns: signedInProcedure.input(followRuns.input).subscription(({ ctx, input }) => fadingStream(ctx, "runs", followRuns.spec(input))),
});
