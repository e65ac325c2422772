import type { AssistantModel, RunFailure, Usage } from "../assistants.ts";

/** What an answer is made from. Core decides what may be in it; the source only speaks to a model. */
export interface AnswerRequest {
  model: string;
  instructions: string;
  /** Null: the model's own. */
  temperature: number | null;
  /** Oldest first. Words of people carry their author's name, since several speak. */
  turns: Turn[];
}

export type Turn = { by: "person"; name: string; text: string } | { by: "assistant"; text: string };

/** One step of an answer. `end` or `failed` is the last, and always comes unless the signal was aborted. */
export type AnswerPart =
  | { type: "text"; text: string }
  | { type: "end"; usage: Usage }
  | { type: "failed"; code: RunFailure; retryable: boolean; cause: unknown };

/** Where answers come from. Never throws; an aborted signal closes the provider's connection. */
export interface AnswerSource {
  /** Whether a model answers, and not only the built-in guide. */
  readonly hasModel: boolean;
  stream(request: AnswerRequest, signal: AbortSignal): AsyncIterable<AnswerPart>;
  /** The models that can be asked for, the default first. */
  models(): Promise<AssistantModel[]>;
}
