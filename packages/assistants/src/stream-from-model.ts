import type { AnswerPart, AnswerRequest } from "@tertulia/model/ports/answer-source";
import { hasVisibleText } from "@tertulia/model/visible-text";
import { type LanguageModel, type LanguageModelUsage, streamText, type TextStreamPart, type ToolSet } from "ai";
import { setTimeout as pause } from "node:timers/promises";
import { conversationOf } from "./conversation-of.ts";
import { EmptyAnswer, failureOf, UnfinishedAnswer, waitBeforeRetry } from "./failures.ts";
import { Deadlines, type Patience } from "./patience.ts";
import { WholeCharacters } from "./whole-characters.ts";

/** An answer of one model, in the port's terms: words, then its end or its failure; nothing more once the asker hung up. */
export async function* streamFromModel(model: LanguageModel, request: AnswerRequest, patience: Patience, asker: AbortSignal): AsyncGenerator<AnswerPart> {
  const deadlines = new Deadlines(patience, asker);
  try {
    for (let tries = 1; ; tries++) {
      const error = yield* tryOnce(model, request, patience, deadlines);
      if (error === null || asker.aborted) return;
      const wait = tries <= patience.retries ? waitBeforeRetry(error, tries, patience) : null;
      if (wait !== null && (await waited(wait, deadlines.signal))) continue;
      if (!asker.aborted) yield { type: "failed", ...failureOf(deadlines.ranOut ?? error) };
      return;
    }
  } finally {
    deadlines.close();
  }
}

/** Yields words and the end. Answers the error that came instead of the end, null when there is nothing left to say. */
async function* tryOnce(model: LanguageModel, request: AnswerRequest, patience: Patience, deadlines: Deadlines): AsyncGenerator<AnswerPart, unknown> {
  deadlines.expect("No first word", patience.firstWordsMs);
  const { fullStream } = streamText({
    model,
    ...conversationOf(request),
    ...(request.temperature === null ? {} : { temperature: request.temperature }),
    maxRetries: 0,
    abortSignal: deadlines.signal,
    // Errors come as parts of the stream as well; the default handler would print them, key and words included.
    onError: () => {},
  });
  try {
    return yield* wordsAndEnd(fullStream, patience, deadlines);
  } catch (error) {
    // The stream throws what breaks below it, such as a connection that is reset in mid-sentence.
    return error;
  }
}

async function* wordsAndEnd(parts: AsyncIterable<TextStreamPart<ToolSet>>, patience: Patience, deadlines: Deadlines): AsyncGenerator<AnswerPart, unknown> {
  const characters = new WholeCharacters();
  let spoke = false;
  for await (const part of parts) {
    switch (part.type) {
      case "text-delta": {
        const text = characters.add(part.text);
        deadlines.expectNothing();
        spoke ||= hasVisibleText(text);
        if (text !== "") yield { type: "text", text };
        deadlines.expect("No next word", patience.gapMs);
        break;
      }
      case "reasoning-delta":
        deadlines.expect("No next word", patience.gapMs);
        break;
      case "error":
        return part.error;
      case "abort":
        return deadlines.signal.reason;
      case "finish":
        deadlines.expectNothing();
        if (part.finishReason === "error" || part.rawFinishReason === undefined) return new UnfinishedAnswer();
        if (!spoke) return new EmptyAnswer();
        yield { type: "end", usage: usageOf(part.totalUsage) };
        return null;
      default:
      // The frame around the words: starts and ends of steps, metadata, and tools, of which we give it none.
    }
  }
  return new UnfinishedAnswer();
}

const usageOf = ({ inputTokens, outputTokens }: LanguageModelUsage) => ({ inputTokens: inputTokens ?? null, outputTokens: outputTokens ?? null });

/** Whether the wait was over before the signal ended it. */
const waited = (ms: number, signal: AbortSignal): Promise<boolean> => pause(ms, true, { signal }).catch(() => false);
