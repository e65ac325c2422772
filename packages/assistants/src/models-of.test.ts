import { startModelServer } from "@tertulia/testing/model-server/start-model-server";
import { expect, test } from "vitest";
import { openAnswerSources, openOpenAi } from "./open-answer-sources.ts";
import { defaultPatience } from "./patience.ts";

test("the models are those of the server, the configured one first", async () => {
  await using server = await startModelServer({ models: ["qwen3", "llama3.2"] });
  const source = openAnswerSources({ apiKey: null, baseUrl: server.url, model: "llama3.2" });
  expect(await source.models()).toEqual([
    { id: "llama3.2", provider: "openai-compatible" },
    { id: "qwen3", provider: "openai-compatible" },
  ]);
});

test("without a configured model the server's first is the default", async () => {
  await using server = await startModelServer({ models: ["qwen3", "llama3.2"] });
  const source = openAnswerSources({ apiKey: null, baseUrl: server.url, model: null });
  expect((await source.models())[0]?.id).toBe("qwen3");
});

test("OpenAI's models are those one can talk with", async () => {
  await using server = await startModelServer({ models: ["gpt-5.4", "text-embedding-3-small", "gpt-4o-realtime-preview", "o4-mini", "whisper-1"] });
  const source = openOpenAi({ apiKey: "sk-1", baseUrl: server.url, model: "gpt-5.4" }, defaultPatience);
  expect((await source.models()).map(({ id }) => id)).toEqual(["gpt-5.4", "o4-mini"]);
});

test("a server that is away leaves the configured model, and is asked again next time", async () => {
  const away = await startModelServer();
  await away.close();
  const port = Number(new URL(away.url).port);
  const source = openAnswerSources({ apiKey: null, baseUrl: away.url, model: "llama3.2" });
  expect(await source.models()).toEqual([{ id: "llama3.2", provider: "openai-compatible" }]);
  const back = await startModelServer({ port, models: ["qwen3"] });
  expect((await source.models()).map(({ id }) => id)).toEqual(["llama3.2", "qwen3"]);
  await back.close();
});

test("a list is remembered, also when the server goes away", async () => {
  const server = await startModelServer({ models: ["qwen3"] });
  const source = openAnswerSources({ apiKey: null, baseUrl: server.url, model: null });
  await source.models();
  await server.close();
  expect((await source.models()).map(({ id }) => id)).toEqual(["qwen3"]);
});
