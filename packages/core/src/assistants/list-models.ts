import type { AssistantModel } from "@tertulia/model/assistants";
import type { Core } from "../core.ts";

/** The models that can be asked for, the default first. */
export const listModels = (core: Core): Promise<AssistantModel[]> => core.answers.models();
