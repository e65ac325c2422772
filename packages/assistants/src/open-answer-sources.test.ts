import {
  breaksOffAfter, endsWithoutDone, endsWithoutWords, failsInStreamAfter, hangs, hangsAfterHeaders, isAWebPage, mixesLineEnds, refuses,
  resetsAfter, says, saysNonsenseAfter, saysNothing, saysWhenTold, splitsItsBytes, stallsAfter,
} from "@tertulia/testing/model-server/scripts";
import type { AnswerPart } from "@tertulia/model/ports/answer-source";
import { type ModelServer, startModelServer } from "@tertulia/testing/model-server/start-model-server";
import { beforeEach, describe, expect, test } from "vitest";
import { answerTo, askedByTomas } from "../test/answer.ts";
import { openAnswerSources, openOpenAi } from "./open-answer-sources.ts";
import type { Patience } from "./patience.ts";

const quick: Patience = { firstWordsMs: 5_000, gapMs: 5_000, wholeMs: 10_000, retries: 2, retryAfterMs: 1, longestWaitMs: 30_000 };
const KEY = "sk-canary-5f3a";
const CHINESE = "茶备好了，请坐。🍵 楼顶的气象站今天测到三级风。";

let server: ModelServer;
beforeEach(async () => {
  server = await startModelServer();
  return () => server.close();
});

const sourceWith = (patience: Partial<Patience> = {}) =>
  openAnswerSources({ apiKey: KEY, baseUrl: server.url, model: null }, { ...quick, ...patience });

describe("an answer", () => {
  test("arrives word by word as the model says it, with the tokens it cost", async () => {
    server.script(says(["Tea", " is", " ready."], { usage: { prompt_tokens: 12, completion_tokens: 3 } }));
    const answer = await answerTo(sourceWith(), askedByTomas("Tea?"));
    expect(answer.pieces).toEqual(["Tea", " is", " ready."]);
    expect(answer.last).toEqual({ type: "end", usage: { inputTokens: 12, outputTokens: 3 } });
  });

  test("is asked for with the instructions, with who said what, and with sides that alternate from a person on", async () => {
    server.script(says(["Yes."]));
    await answerTo(sourceWith(), {
      model: "scripted-1",
      instructions: "You are Quill.",
      temperature: 0.25,
      turns: [
        { by: "assistant", text: "Earlier." },
        { by: "person", name: "Mira", text: "Tea?" },
        { by: "person", name: "Tomas", text: "Or coffee?" },
        { by: "assistant", text: "Tea." },
        { by: "person", name: "Mira", text: "Sure?" },
      ],
    });
    const { model, temperature, messages, headers } = await server.request(1);
    expect([model, temperature]).toEqual(["scripted-1", 0.25]);
    expect(headers.authorization).toBe(`Bearer ${KEY}`);
    expect(messages[0]).toMatchObject({ role: "system", content: expect.stringContaining("You are Quill.") });
    expect(messages.slice(1)).toEqual([
      { role: "user", content: "Mira: Tea?\n\nTomas: Or coffee?" },
      { role: "assistant", content: "Tea." },
      { role: "user", content: "Mira: Sure?" },
    ]);
  });

  test("comes from a server that wants no key", async () => {
    server.script(says(["Yes."]));
    const source = openAnswerSources({ apiKey: null, baseUrl: `${server.url}/`, model: null }, quick);
    expect((await answerTo(source, askedByTomas("Tea?"))).text).toBe("Yes.");
    const { headers, temperature } = await server.request(1);
    expect([headers.authorization, temperature]).toEqual([undefined, undefined]);
  });

  test("comes from OpenAI by the same wire", async () => {
    server.script(says(["Yes", "."], { usage: { prompt_tokens: 5, completion_tokens: 2 } }), breaksOffAfter("Half a"));
    const source = openOpenAi({ apiKey: KEY, baseUrl: server.url, model: null }, quick);
    expect(await answerTo(source, askedByTomas("Tea?"))).toMatchObject({ text: "Yes.", last: { type: "end", usage: { inputTokens: 5, outputTokens: 2 } } });
    expect(await answerTo(source, askedByTomas("Tea?"))).toMatchObject({ text: "Half a", last: { type: "failed", code: "AI_FAILED" } });
  });
});

describe("a model that doesn't answer", () => {
  test.for([["sends no byte", hangs()], ["sends headers only", hangsAfterHeaders()]] as const)("[A28] and %s is given up in time", async ([, script]) => {
    server.script(script);
    const { last } = await answerTo(sourceWith({ firstWordsMs: 50 }), askedByTomas("Tea?"));
    expect(last).toMatchObject({ type: "failed", code: "AI_TIMEOUT", retryable: true });
    expect(server.requests).toHaveLength(1);
    expect(await (await server.request(1)).closed).toBe("aborted");
  });

  test("[A29] any more is given up in time, its words so far kept, and never asked twice", async () => {
    server.script(stallsAfter("One", " two"));
    const answer = await answerTo(sourceWith({ gapMs: 50 }), askedByTomas("Count"));
    expect(answer).toMatchObject({ text: "One two", last: { type: "failed", code: "AI_TIMEOUT", retryable: true } });
    expect(server.requests).toHaveLength(1);
    expect(await (await server.request(1)).closed).toBe("aborted");
  });

  test("[A28] to its end is given up in time", async () => {
    const slowly = saysWhenTold(["One", " two"]);
    server.script(slowly.script);
    const answer = answerTo(sourceWith({ wholeMs: 200 }), askedByTomas("Count"));
    await slowly.next();
    expect(await answer).toMatchObject({ text: "One", last: { type: "failed", code: "AI_TIMEOUT" } });
  });

  test("[A29] because its connection broke has failed at once, its words so far kept, and is never asked twice", async () => {
    const arrived = Promise.withResolvers<void>();
    server.script(resetsAfter(["One", " two"], arrived.promise));
    let text = "";
    let last: AnswerPart | undefined;
    for await (const part of sourceWith().stream(askedByTomas("Count"), new AbortController().signal)) {
      if (part.type === "text") text += part.text;
      if (text === "One two") arrived.resolve();
      last = part;
    }
    expect(text).toBe("One two");
    expect(last).toMatchObject({ type: "failed", code: "AI_FAILED", retryable: true });
    expect(server.requests).toHaveLength(1);
  });
});

describe("a provider that refuses", () => {
  test("[A30] for a while is asked three times in all, after the wait it names", async () => {
    server.script(refuses(429, { retryAfter: 0 }), refuses(429, { retryAfter: 0 }), refuses(429, { retryAfter: 0 }));
    // Its Retry-After of 0 wins over our own wait, which would be longer than this test may take.
    const { last } = await answerTo(sourceWith({ retryAfterMs: 29_000 }), askedByTomas("Tea?"));
    expect(last).toMatchObject({ type: "failed", code: "AI_RATE_LIMITED", retryable: true });
    expect(server.requests).toHaveLength(3);
  });

  test("[A30] for longer than we wait isn't asked again", async () => {
    server.script(refuses(429, { retryAfter: 31 }));
    expect((await answerTo(sourceWith(), askedByTomas("Tea?"))).last).toMatchObject({ type: "failed", code: "AI_RATE_LIMITED" });
    expect(server.requests).toHaveLength(1);
  });

  test("[A30] once is asked again, and nobody notices", async () => {
    server.script(refuses(429, { retryAfter: 0 }), refuses(503), says(["Here I am."]));
    expect(await answerTo(sourceWith(), askedByTomas("Tea?"))).toMatchObject({ text: "Here I am.", last: { type: "end" } });
    expect(server.requests).toHaveLength(3);
  });

  test("[A30] for good with a server error has failed after three tries", async () => {
    server.script(refuses(500), refuses(500), refuses(500));
    expect((await answerTo(sourceWith(), askedByTomas("Tea?"))).last).toMatchObject({ type: "failed", code: "AI_FAILED", retryable: true });
    expect(server.requests).toHaveLength(3);
  });

  test.for([[401, "AI_MISCONFIGURED", true], [403, "AI_MISCONFIGURED", true], [404, "AI_MISCONFIGURED", true], [400, "AI_FAILED", false]] as const)(
    "[A30] with %i is asked exactly once: %s",
    async ([status, code, retryable]) => {
      server.script(refuses(status));
      expect((await answerTo(sourceWith(), askedByTomas("Tea?"))).last).toMatchObject({ type: "failed", code, retryable });
      expect(server.requests).toHaveLength(1);
    },
  );

  test("[B61] [B68] tells neither the key nor anyone's words in the cause we log", async () => {
    server.script(refuses(401, { message: `Incorrect API key provided: ${KEY}. You said: canary words` }));
    const { last } = await answerTo(sourceWith(), askedByTomas("canary words"));
    const logged = last?.type === "failed" && last.cause instanceof Error ? `${last.cause.stack} ${JSON.stringify(last.cause)} ${String(last.cause.cause)}` : "";
    expect(logged).toContain("HTTP 401");
    expect(logged).not.toContain(KEY);
    expect(logged).not.toContain("canary");
  });

  test("[A30] to be reached at all is tried three times", async () => {
    const source = sourceWith();
    await server.close();
    const { last } = await answerTo(source, askedByTomas("Tea?"));
    expect(last).toMatchObject({ type: "failed", code: "AI_FAILED", retryable: true });
    expect(last?.type === "failed" && String(last.cause)).toContain("ECONNREFUSED");
  });
});

describe("a malformed stream", () => {
  test.for([
    ["an event that isn't JSON", saysNonsenseAfter("Half"), "Half"],
    ["an error inside the stream", failsInStreamAfter("Half"), "Half"],
    ["a web page with status 200", isAWebPage(), ""],
    ["no event at all", saysNothing(), ""],
    ["an end without words", endsWithoutWords(), ""],
    ["an end in mid-sentence", breaksOffAfter("Half a"), "Half a"],
    ["nothing but spaces", says([" ", "\n"]), " \n"],
  ] as const)("[A31] of %s has failed, its words so far kept", async ([, script, text]) => {
    server.script(script);
    expect(await answerTo(sourceWith(), askedByTomas("Tea?"))).toMatchObject({ text, last: { type: "failed", code: "AI_FAILED", retryable: true } });
    expect(server.requests).toHaveLength(1);
  });

  test.for([
    ["without [DONE]", endsWithoutDone("茶", "好了")],
    ["with CRLF, CR and LF by turns", mixesLineEnds("茶", "好", "了")],
    ["split inside its characters", splitsItsBytes("茶好了")],
  ] as const)("[A31] %s is read like any other", async ([, script]) => {
    server.script(script);
    expect(await answerTo(sourceWith(), askedByTomas("茶？"))).toMatchObject({ text: "茶好了", last: { type: "end" } });
  });

  test("[A31] with a line of a megabyte is read like any other", async () => {
    const long = "汉".repeat(350_000);
    server.script(says([long]));
    expect((await answerTo(sourceWith(), askedByTomas("Tea?"))).text).toBe(long);
  });

  test("[A31] never puts a replacement character into Chinese text", async () => {
    server.script(splitsItsBytes(CHINESE));
    const { text } = await answerTo(sourceWith(), askedByTomas("风？"));
    expect(text).toBe(CHINESE);
    expect(text).not.toContain("\ufffd");
  });

  test("[A31] that cuts an emoji in two chunks, or sends NUL, still gives whole characters", async () => {
    server.script(says(["茶\ud83c", "\udf75", "\0 ready\ud83c"]));
    const { pieces } = await answerTo(sourceWith(), askedByTomas("茶？"));
    expect(pieces).toEqual(["茶", "🍵", " ready"]);
  });
});

describe("a stop", () => {
  test("[A34] closes the provider's connection, and nothing more is heard", async () => {
    const slowly = saysWhenTold(["One", " two"]);
    server.script(slowly.script);
    const stop = new AbortController();
    const answer = answerTo(sourceWith(), askedByTomas("Count"), stop.signal);
    await slowly.next();
    stop.abort();
    expect(await (await server.request(1)).closed).toBe("aborted");
    expect((await answer).last?.type).not.toBe("failed");
    expect(server.openStreams).toBe(0);
  });

  test("[A34] before the first word closes the connection too", async () => {
    server.script(hangs());
    const stop = new AbortController();
    const answer = answerTo(sourceWith(), askedByTomas("Count"), stop.signal);
    const request = await server.request(1);
    stop.abort();
    expect(await request.closed).toBe("aborted");
    expect((await answer).last).toBeUndefined();
  });

  test("[A34] while we wait to ask again ends the waiting", async () => {
    server.script(refuses(429, { retryAfter: 29 }));
    const stop = new AbortController();
    const answer = answerTo(sourceWith(), askedByTomas("Count"), stop.signal);
    await (await server.request(1)).closed;
    stop.abort();
    expect((await answer).last).toBeUndefined();
    expect(server.requests).toHaveLength(1);
  });

  test("[A34] by a reader who goes away closes the connection", async () => {
    server.script(stallsAfter("One"));
    for await (const part of sourceWith().stream(askedByTomas("Count"), new AbortController().signal)) if (part.type === "text") break;
    expect(await (await server.request(1)).closed).toBe("aborted");
  });
});
