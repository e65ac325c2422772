import type { Run, RunDelta } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import type { TimelineMessage } from "../state.ts";
import { type Timeline, messageIn, withMessage } from "./timeline.ts";

/** More words of one answer than this without its beginning: it's read again instead. */
const DELTAS_HELD = 400;
/** Answers in other timelines than this one are never placed: their words are held no longer than is needed to know. */
const ANSWERS_WAITED_FOR = 16;

/** A room or a thread, for as much as answers are concerned. */
export interface WithAnswers {
  messages: Timeline;
}

/** Words that came before what they follow: before their answer's start, or after words that got lost. By message id. */
export type EarlyWords = ReadonlyMap<Id, readonly RunDelta[]>;

export const noEarlyWords: EarlyWords = new Map();

export interface Answers<State> {
  state: State;
  early: EarlyWords;
  /** Answers whose words don't join what is held: to be read again. */
  torn: readonly Id[];
}

/** The room with these words in its answers, and what could not be placed yet. */
export function withDeltas<State extends WithAnswers>(state: State, early: EarlyWords, deltas: readonly RunDelta[]): Answers<State> {
  const waiting = new Map(early);
  for (const delta of deltas) waiting.set(delta.messageId, [...(waiting.get(delta.messageId) ?? []), delta].slice(-DELTAS_HELD));
  return placeWords(state, waiting);
}

/** The room with an answer's words as they were read, and whatever came since on top. */
export function withRun<State extends WithAnswers>(state: State, early: EarlyWords, run: Run): Answers<State> {
  const { messageId, text } = run;
  if (messageId === null) return { state, early, torn: [] };
  const messages = withMessage(state.messages, messageId, (message) =>
    message.status === "streaming" && message.run?.id === run.id && text.length > message.content.length ? { ...message, content: text } : message,
  );
  return placeWords(messages === state.messages ? state : { ...state, messages }, early);
}

/** Places what it can of the words that wait, as after news of answers begun or ended. */
export function placeWords<State extends WithAnswers>(state: State, waiting: EarlyWords): Answers<State> {
  let { messages } = state;
  const early = new Map<Id, readonly RunDelta[]>();
  const torn: Id[] = [];
  for (const [messageId, deltas] of waiting) {
    const message = messageIn(messages, messageId);
    const ahead = deltas.filter((delta) => isAhead(delta, message));
    if (ahead.length > 0) early.set(messageId, ahead);
    if (message?.status !== "streaming") continue;
    const { text, rest } = joined(message.content, deltas.filter((delta) => delta.runId === message.run?.id));
    if (text !== message.content) messages = withMessage(messages, messageId, (held) => ({ ...held, content: text }));
    const [missing] = rest;
    if (!missing) continue;
    early.set(messageId, [...rest, ...ahead]);
    torn.push(missing.runId);
  }
  const late = new Map([...early].slice(-ANSWERS_WAITED_FOR));
  return { state: messages === state.messages ? state : { ...state, messages }, early: late, torn };
}

/** Whether words overtook the news that their run writes this message: for the first time, or anew. */
function isAhead({ runId }: RunDelta, message: TimelineMessage | undefined): boolean {
  if (!message) return true;
  return message.deletedAt === null && runId !== message.run?.id && !message.variants.includes(runId);
}

/** Words that overlap what is held replace its end; offset 0 starts anew, unless it only repeats what is held; those beyond its end have to wait. */
function joined(held: string, deltas: readonly RunDelta[]): { text: string; rest: readonly RunDelta[] } {
  let text = held;
  for (const [at, { offset, text: words }] of deltas.entries()) {
    if (offset > text.length) return { text, rest: deltas.slice(at) };
    const repeats = text.startsWith(words, offset);
    if (!repeats && (offset === 0 || offset + words.length > text.length)) text = text.slice(0, offset) + words;
  }
  return { text, rest: [] };
}
