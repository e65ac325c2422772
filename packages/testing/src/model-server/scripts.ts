import { setTimeout as pause } from "node:timers/promises";
import { type AnswerOnTheWire, chunkOf, type TokenCount } from "./answer-on-the-wire.ts";
import { pleasantAnswer } from "./pleasant-answer.ts";

/** How the model server answers one request. */
export type Script = (answer: AnswerOnTheWire) => Promise<void> | void;

/** Says the chunks, at once or at a pace, and ends properly. */
export function says(chunks: readonly string[], { everyMs = 0, usage }: { everyMs?: number; usage?: TokenCount } = {}): Script {
  return async (answer) => {
    for (const chunk of chunks) {
      if (everyMs > 0) await pause(everyMs);
      answer.say(chunk);
    }
    answer.end(usage);
  };
}

/** Says the chunks one by one, each when the test lets it: `await pace.next()` resolves once the next chunk is sent. */
export function saysWhenTold(chunks: readonly string[]): { script: Script; next(): Promise<void>; finish(): void } {
  const asked: (() => void)[] = [];
  let waiting = Promise.withResolvers<void>();
  let finished = false;
  const wake = () => {
    waiting.resolve();
    waiting = Promise.withResolvers<void>();
  };
  const script: Script = async (answer) => {
    answer.begin();
    for (const chunk of chunks) {
      while (asked.length === 0 && !finished) await waiting.promise;
      answer.say(chunk);
      asked.shift()?.();
    }
    while (!finished) await waiting.promise;
    answer.end();
  };
  return {
    script,
    next: () =>
      new Promise<void>((resolve) => {
        asked.push(resolve);
        wake();
      }),
    finish: () => {
      finished = true;
      wake();
    },
  };
}

/** Takes the request and never sends a byte. */
export const hangs = (): Script => () => {};

/** Sends the headers of a stream, and then nothing. */
export const hangsAfterHeaders = (): Script => (answer) => answer.begin();

/** Says the chunks and then nothing more, with the connection open. */
export const stallsAfter = (...chunks: string[]): Script => (answer) => chunks.forEach((chunk) => answer.say(chunk));

/** Says the chunks, and resets the connection once the test has seen them arrive: a reset destroys what is still on its way. */
export function resetsAfter(chunks: readonly string[], arrived: Promise<void>): Script {
  return async (answer) => {
    answer.begin();
    for (const chunk of chunks) answer.say(chunk);
    await arrived;
    answer.reset();
  };
}

/** Refuses with an HTTP status, in OpenAI's shape of an error. */
export function refuses(status: number, { retryAfter, message = "Refused by the script." }: { retryAfter?: number | string; message?: string } = {}): Script {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  return (answer) => answer.refuse(status, JSON.stringify({ error: { message, type: "scripted", param: null, code: null } }), headers);
}

/** Says the chunks, then an event that is not JSON, and ends. */
export function saysNonsenseAfter(...chunks: string[]): Script {
  return (answer) => {
    for (const chunk of chunks) answer.say(chunk);
    answer.bytes('data: {"choices": [{"delta"\n\n');
    answer.end();
  };
}

/** Says the chunks, then an error of the provider inside the stream. */
export function failsInStreamAfter(...chunks: string[]): Script {
  return (answer) => {
    for (const chunk of chunks) answer.say(chunk);
    answer.event({ error: { message: "The scripted server had an error.", type: "server_error", param: null, code: null } });
    answer.hangUp();
  };
}

/** A proxy's login page instead of a stream, with status 200. */
export const isAWebPage = (): Script => (answer) =>
  answer.refuse(200, "<!doctype html><html><body><h1>Please sign in</h1></body></html>", { "content-type": "text/html" });

/** Ends before the first event. */
export const saysNothing = (): Script => (answer) => answer.hangUp();

/** Ends properly without a word in between. */
export const endsWithoutWords = (): Script => (answer) => answer.end();

/** Says the chunks and ends with a reason, but without [DONE]. */
export function endsWithoutDone(...chunks: string[]): Script {
  return (answer) => {
    for (const chunk of chunks) answer.say(chunk);
    answer.finish();
    answer.hangUp();
  };
}

/** Says the chunks and hangs up politely in mid-sentence: no reason, no [DONE]. */
export function breaksOffAfter(...chunks: string[]): Script {
  return (answer) => {
    for (const chunk of chunks) answer.say(chunk);
    answer.hangUp();
  };
}

/** Ends its lines with CRLF, LF and CR by turns, with comments in between, as proxies and some servers do. */
export function mixesLineEnds(...chunks: string[]): Script {
  const endings = ["\r\n\r\n", "\n\n", "\r\r", "\r\n\n"];
  return (answer) => {
    answer.bytes(": hello\r\n\r\n");
    chunks.forEach((chunk, index) => {
      const event = chunkOf(answer.request.model, { delta: { content: chunk }, finish_reason: null });
      answer.bytes(`data: ${JSON.stringify(event)}${endings[index % endings.length]}`);
    });
    answer.end();
  };
}

/** Says the words with every byte in a network packet of its own, so that each Chinese character is split twice. */
export function splitsItsBytes(words: string): Script {
  return async (answer) => {
    const event = `data: ${JSON.stringify(chunkOf(answer.request.model, { delta: { content: words }, finish_reason: null }))}\n\n`;
    for (const byte of new TextEncoder().encode(event)) {
      answer.bytes(Uint8Array.of(byte));
      await pause(0);
    }
    answer.end();
  };
}

/** Answers like a friendly model, in the language of the question, with a piece of code, at a reader's pace. */
export function talks(everyMs = 25): Script {
  return async (answer) => {
    for (const piece of pleasantAnswer(answer.request.question)) {
      await pause(everyMs);
      if (!answer.isOpen) return;
      answer.say(piece);
    }
    answer.end({ prompt_tokens: 120, completion_tokens: 90 });
  };
}
