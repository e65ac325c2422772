import type { AnswerRequest, Turn } from "@tertulia/model/ports/answer-source";
import type { ModelMessage } from "ai";

const HOW_TO_READ = "Several people may speak here: each of their messages begins with the name of its author and a colon. Answer without such a beginning.";

/** A request as models take it: instructions, then the sides by turns, a person's first; many local models accept nothing else. */
export function conversationOf({ instructions, turns }: AnswerRequest): { instructions: string; messages: ModelMessage[] } {
  const messages: { role: "user" | "assistant"; content: string }[] = [];
  for (const turn of turns) {
    const role = turn.by === "person" ? "user" : "assistant";
    const last = messages.at(-1);
    if (last?.role === role) last.content += `\n\n${wordsOf(turn)}`;
    else if (last || role === "user") messages.push({ role, content: wordsOf(turn) });
  }
  return { instructions: [instructions, HOW_TO_READ].filter((part) => part !== "").join("\n\n"), messages };
}

const wordsOf = (turn: Turn) => (turn.by === "person" ? `${turn.name}: ${turn.text}` : turn.text);
