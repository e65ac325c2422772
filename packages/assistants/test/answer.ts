import type { AnswerPart, AnswerRequest, AnswerSource } from "@tertulia/model/ports/answer-source";

export const askedByTomas = (text: string): AnswerRequest => ({
  model: "scripted-1",
  instructions: "You are Quill.",
  temperature: null,
  turns: [{ by: "person", name: "Tomas", text }],
});

export interface Answer {
  text: string;
  pieces: string[];
  last: AnswerPart | undefined;
}

/** The whole answer to a question, and how it ended. */
export async function answerTo(source: AnswerSource, request: AnswerRequest, signal = new AbortController().signal): Promise<Answer> {
  const parts: AnswerPart[] = [];
  for await (const part of source.stream(request, signal)) parts.push(part);
  const pieces = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  return { text: pieces.join(""), pieces, last: parts.at(-1) };
}
