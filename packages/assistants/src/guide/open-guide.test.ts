import { expect, test } from "vitest";
import { answerTo, askedByTomas } from "../../test/answer.ts";
import { openAnswerSources } from "../open-answer-sources.ts";
import { openGuide } from "./open-guide.ts";

const guide = openGuide(0);
const guideSays = async (question: string) => (await answerTo(guide, askedByTomas(question))).text;

test("with nothing configured the guide answers, and says so when asked for models", async () => {
  const source = openAnswerSources({ apiKey: null, baseUrl: null, model: "gpt-5.4" });
  expect(await source.models()).toEqual([{ id: "guide", provider: "built-in" }]);
});

test("it says plainly that there is no model, and how to add one", async () => {
  const text = await guideSays("What is the capital of Peru?");
  expect(text).toContain("No AI model is configured");
  expect(text).toContain("OPENAI_API_KEY");
  expect(text).toContain("OPENAI_BASE_URL=http://localhost:11434/v1");
});

test("it answers in the language of the question", async () => {
  expect(await guideSays("秘鲁的首都是哪里？")).toContain("还没有配置 AI 模型");
  expect(await guideSays("怎么新建房间？")).toContain("**房间**");
  expect(await guideSays("@文佳怡 how do I make a room?")).toContain("**Rooms**");
});

test("it helps with what needs no model", async () => {
  expect(await guideSays("How do I delete what I said?")).toContain("**Editing and deleting**");
  expect(await guideSays("Where is my data stored?")).toContain("kept on this server");
  expect(await guideSays("How do I add a model?")).toContain("OPENAI_API_KEY");
});

test("the name it is called by is not taken for the question", async () => {
  expect(await guideSays("@quill hello")).toContain("No AI model is configured");
  expect(await guideSays("@room-keeper hello")).not.toContain("**Rooms**");
});

test("its words stream in small pieces that make up the whole, code block and all", async () => {
  const { pieces, text, last } = await answerTo(guide, askedByTomas("hello"));
  expect(pieces.length).toBeGreaterThan(50);
  expect(text).toContain("```sh\n# OpenAI\nOPENAI_API_KEY=sk-...\n");
  expect(last).toEqual({ type: "end", usage: { inputTokens: null, outputTokens: null } });
});

test("it falls silent when stopped", async () => {
  const stop = new AbortController();
  let pieces = 0;
  for await (const part of guide.stream(askedByTomas("hello"), stop.signal)) {
    expect(part.type).toBe("text");
    if (++pieces === 3) stop.abort();
  }
  expect(pieces).toBe(3);
});
