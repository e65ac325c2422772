import { z } from "zod";
import { Id, Instant } from "./ids.ts";
import * as limits from "./limits.ts";
import { optionalText } from "./text.ts";
import { DisplayName, User, Username } from "./users.ts";

/** When an assistant speaks: never, when mentioned or replied to, or after every message of a person. */
export const AssistantMode = z.enum(["off", "mention", "always"]);
export type AssistantMode = z.infer<typeof AssistantMode>;

export const RunStatus = z.enum(["queued", "running", "completed", "stopped", "failed", "interrupted"]);
export type RunStatus = z.infer<typeof RunStatus>;

/** Why an answer failed, as the room is told (protocol X2). */
export const RunFailure = z.enum(["AI_TIMEOUT", "AI_RATE_LIMITED", "AI_MISCONFIGURED", "AI_QUOTA_EXCEEDED", "AI_FAILED"]);
export type RunFailure = z.infer<typeof RunFailure>;

/** Tokens read and written, where the provider tells. */
export const Usage = z.object({ inputTokens: z.int().nullable(), outputTokens: z.int().nullable() });
export type Usage = z.infer<typeof Usage>;

/** What everyone in the room may know of a run beside its words. */
export const RunSummary = z.object({
  id: Id,
  status: RunStatus,
  model: z.string(),
  triggerMessageId: Id,
  /** Who asked for it, and may stop it: whoever asked the question, or had it answered once more. */
  askedBy: Id,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  code: RunFailure.nullable(),
  retryable: z.boolean(),
  /** Who stopped it. */
  stoppedBy: Id.nullable(),
  usage: Usage,
});
export type RunSummary = z.infer<typeof RunSummary>;

/** A run and its words so far. */
export const Run = RunSummary.extend({ roomId: Id, messageId: Id.nullable(), assistantId: Id, text: z.string() });
export type Run = z.infer<typeof Run>;

/** Words added to an answer; `offset` counts UTF-16 code units from its start (protocol AI1). Offset 0 starts the text anew. */
export const RunDelta = z.object({ runId: Id, messageId: Id, offset: z.int(), text: z.string() });
export type RunDelta = z.infer<typeof RunDelta>;

/** How an assistant was set up, which administrators see. `model` is empty for the server's default, `temperature` null for the model's own. */
export const AssistantSetup = z.object({ instructions: z.string(), model: z.string(), temperature: z.number().nullable() });
export type AssistantSetup = z.infer<typeof AssistantSetup>;

/** `model` is the one it would ask now. */
export const Assistant = z.object({ user: User, description: z.string(), model: z.string(), mode: AssistantMode, setup: AssistantSetup.nullable() });
export type Assistant = z.infer<typeof Assistant>;

const Setup = {
  displayName: DisplayName,
  description: optionalText(limits.roomDescriptionChars),
  instructions: optionalText(limits.assistantInstructionChars),
  /** Empty for the server's default. */
  model: optionalText(limits.modelNameChars),
  /** From 0, always the likeliest word, to 2; null for the model's own. */
  temperature: z.number().min(0).max(2).nullable(),
};

export const CreateAssistant = z.strictObject({ ...Setup, username: Username }).partial({ description: true, instructions: true, model: true, temperature: true });
export type CreateAssistant = z.infer<typeof CreateAssistant>;

export const UpdateAssistant = z.strictObject({ assistantId: Id, ...z.object(Setup).partial().shape });
export type UpdateAssistant = z.infer<typeof UpdateAssistant>;

export const DeleteAssistant = z.strictObject({ assistantId: Id });
export type DeleteAssistant = z.infer<typeof DeleteAssistant>;

/** A model some configured server offers; `guide` is the built-in one that needs no server. */
export const AssistantModel = z.object({ id: z.string(), provider: z.string() });
export type AssistantModel = z.infer<typeof AssistantModel>;

export const InvokeAssistant = z.strictObject({ roomId: Id, assistantId: Id, messageId: Id.optional() });
export type InvokeAssistant = z.infer<typeof InvokeAssistant>;

/** `model` is one of those that can be asked for; without it, the assistant's own. */
export const RegenerateAnswer = z.strictObject({ messageId: Id, model: z.string().min(1).max(limits.modelNameChars).optional() });
export type RegenerateAnswer = z.infer<typeof RegenerateAnswer>;

export const RunId = z.strictObject({ runId: Id });
export type RunId = z.infer<typeof RunId>;
