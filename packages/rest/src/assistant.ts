import { Assistant as CoreAssistant, AssistantMode, AssistantModel, AssistantSetup, RegenerateAnswer } from "@tertulia/model/assistants";
import { z } from "zod";
import { User } from "./user.ts";

export const Assistant = CoreAssistant.extend({
  user: User,
  model: z.string().meta({ description: "The model it would ask now." }),
  mode: AssistantMode.meta({ description: "When it speaks, in conversations that don't say otherwise." }),
  setup: AssistantSetup.nullable().meta({ description: "How it was set up, for administrators; null for everyone else." }),
}).meta({ id: "Assistant" });

export const Model = AssistantModel.extend({
  id: z.string().meta({ description: "`guide` is built in, and needs no server.", example: "gpt-4o" }),
  provider: z.string(),
}).meta({ id: "Model" });

export const Regenerating = z
  .strictObject({ model: RegenerateAnswer.shape.model.meta({ description: "One of `GET /models`. Without it, the assistant's own." }) })
  .meta({ id: "Regenerating", example: {} });
