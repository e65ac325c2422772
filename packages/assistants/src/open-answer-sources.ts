import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { AnswerSource } from "@tertulia/model/ports/answer-source";
import { fetchInLumps } from "./fetch-in-lumps.ts";
import { openGuide } from "./guide/open-guide.ts";
import { type ModelServer, modelsOf } from "./models-of.ts";
import { defaultPatience, type Patience } from "./patience.ts";
import { streamFromModel } from "./stream-from-model.ts";

/** What the environment says about models; null where it says nothing. */
export interface AnswerSourcesConfig {
  /** OPENAI_API_KEY */
  apiKey: string | null;
  /** OPENAI_BASE_URL: a server that speaks OpenAI's chat completions, such as Ollama or vLLM. */
  baseUrl: string | null;
  /** OPENAI_MODEL: the model to ask by default. */
  model: string | null;
}

/** The one way to answers: a server of the operator's choice, else OpenAI, else the guide that needs no model at all. */
export function openAnswerSources(config: AnswerSourcesConfig, patience: Patience = defaultPatience): AnswerSource {
  if (config.baseUrl) return openCompatible({ ...config, baseUrl: config.baseUrl }, patience);
  if (config.apiKey) return openOpenAi({ ...config, apiKey: config.apiKey }, patience);
  return openGuide();
}

const OPENAI_URL = "https://api.openai.com/v1";
const OPENAI_DEFAULT_MODEL = "gpt-5.4-mini";
// OpenAI lists everything it has; these families and not these kinds of them hold a conversation in text.
const CONVERSES = /^(?:gpt-|chatgpt-|o\d)/;
const CONVERSES_NOT = /audio|realtime|transcribe|tts|image|search|instruct|codex|-pro/;

function openCompatible({ apiKey, baseUrl, model }: AnswerSourcesConfig & { baseUrl: string }, patience: Patience): AnswerSource {
  const server: ModelServer = { provider: "openai-compatible", baseUrl: baseUrl.replace(/\/+$/, ""), apiKey, configured: model, converses: () => true };
  const provider = createOpenAICompatible({ name: server.provider, baseURL: server.baseUrl, includeUsage: true, fetch: fetchInLumps, ...(apiKey ? { apiKey } : {}) });
  return {
    hasModel: true,
    stream: (request, signal) => streamFromModel(provider.chatModel(request.model), request, patience, signal),
    models: modelsOf(server),
  };
}

/** OpenAI by its chat completions too, so that one wire serves every provider. `baseUrl` is another address only in a test. */
export function openOpenAi({ apiKey, model, baseUrl }: AnswerSourcesConfig & { apiKey: string }, patience: Patience): AnswerSource {
  const server: ModelServer = {
    provider: "openai",
    baseUrl: baseUrl ?? OPENAI_URL,
    apiKey,
    configured: model ?? OPENAI_DEFAULT_MODEL,
    converses: (id) => CONVERSES.test(id) && !CONVERSES_NOT.test(id),
  };
  const provider = createOpenAI({ apiKey, baseURL: server.baseUrl, fetch: fetchInLumps });
  return {
    hasModel: true,
    stream: (request, signal) => streamFromModel(provider.chat(request.model), request, patience, signal),
    models: modelsOf(server),
  };
}
