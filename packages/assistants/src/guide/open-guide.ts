import type { AnswerPart, AnswerRequest, AnswerSource } from "@tertulia/model/ports/answer-source";
import { setTimeout as pause } from "node:timers/promises";
import { guideAnswer } from "./guide-answer.ts";

const PIECE_EVERY_MS = 20;

/** The assistant of a server without a model: it says so, and helps with what needs none. Its words stream like any model's. */
export function openGuide(pieceEveryMs: number = PIECE_EVERY_MS): AnswerSource {
  return {
    hasModel: false,
    stream: (request, signal) => speak(request, signal, pieceEveryMs),
    models: () => Promise.resolve([{ id: "guide", provider: "built-in" }]),
  };
}

async function* speak({ turns }: AnswerRequest, signal: AbortSignal, pieceEveryMs: number): AsyncGenerator<AnswerPart> {
  const question = turns.findLast((turn) => turn.by === "person")?.text ?? "";
  for (const text of piecesOf(guideAnswer(question))) {
    const goesOn = await pause(pieceEveryMs, true, { signal }).catch(() => false);
    if (!goesOn) return;
    yield { type: "text", text };
  }
  yield { type: "end", usage: { inputTokens: null, outputTokens: null } };
}

/** A word or two, or a few Chinese characters, at a time. */
const piecesOf = (text: string): string[] => text.match(/\p{Script=Han}{1,3}|\s*[^\s\p{Script=Han}]+|\s+/gu) ?? [];
