import { expect, test } from "vitest";
import { startModelServer } from "./start-model-server.ts";
import { talks } from "./scripts.ts";

test("unscripted, the server talks in the language of the question, in small pieces, with code and an end", async () => {
  await using server = await startModelServer();
  server.scriptFor("", talks(0));
  const english = await ask(server.url, "Shall we have tea?");
  expect(english.text).toContain("Shall we have tea?");
  expect(english.text).toContain("```ts\n");
  expect(english.pieces).toBeGreaterThan(50);
  expect(english.end).toBe("data: [DONE]");
  expect((await ask(server.url, "喝茶吗？")).text).toContain("很乐意一起想想");
});

test("its requests tell what was asked and how the connection ended", async () => {
  await using server = await startModelServer();
  server.scriptFor("tea", (answer) => answer.say("Wait"));
  const leave = new AbortController();
  const response = await fetch(`${server.url}/chat/completions`, { method: "POST", body: chat("tea?"), signal: leave.signal });
  expect(response.status).toBe(200);
  expect(server.openStreams).toBe(1);
  leave.abort();
  const request = await server.request(1);
  expect(request.question).toBe("tea?");
  expect(await request.closed).toBe("aborted");
  expect(server.openStreams).toBe(0);
});

test("it lists its models, and refuses what isn't a chat", async () => {
  await using server = await startModelServer({ models: ["scripted-1", "scripted-2"] });
  expect(await (await fetch(`${server.url}/models`)).json()).toMatchObject({ data: [{ id: "scripted-1" }, { id: "scripted-2" }] });
  expect((await fetch(`${server.url}/chat/completions`, { method: "POST", body: "{}" })).status).toBe(400);
  expect((await fetch(`${server.url}/elsewhere`)).status).toBe(404);
});

const chat = (question: string) => JSON.stringify({ model: "scripted-1", stream: true, messages: [{ role: "user", content: question }] });

async function ask(url: string, question: string) {
  const response = await fetch(`${url}/chat/completions`, { method: "POST", body: chat(question) });
  const lines = (await response.text()).split("\n\n").filter((line) => line !== "");
  const words = lines.slice(0, -1).map((line) => /"content":("(?:[^"\\]|\\.)*")/.exec(line)?.[1] ?? '""');
  return { text: words.map((word) => String(JSON.parse(word))).join(""), pieces: words.length, end: lines.at(-1) };
}
