import type { RunDelta } from "@tertulia/model/assistants";
import type { Id } from "@tertulia/model/ids";
import type { Api } from "../api.ts";
import { keepFollowing } from "../connection/keep-following.ts";
import type { Patience } from "../connection/patience.ts";
import { type Answers, type EarlyWords, type WithAnswers, noEarlyWords, placeWords, withDeltas, withRun } from "./answers.ts";

const RUN_REREAD_AT_MOST_EVERY_MS = 500;

export interface LiveAnswersParts<State> {
  roomId: Id;
  api: Api;
  patience: Patience;
  get(): State;
  set(state: State): void;
  isOpen(): boolean;
}

/** The words of answers being written, as they come. */
export interface LiveAnswers<State> {
  follow(): () => void;
  /** The state after something else has happened in it: words that waited for it take their places. */
  place(state: State): void;
  forget(): void;
}

export function createLiveAnswers<State extends WithAnswers>({ roomId, api, patience, get, set, isOpen }: LiveAnswersParts<State>): LiveAnswers<State> {
  let early: EarlyWords = noEarlyWords;
  const rereading = new Set<Id>();

  function settle(answers: Answers<State>): void {
    set(answers.state);
    early = answers.early;
    for (const runId of answers.torn) void reread(runId);
  }

  /** Some of an answer's words never came: they are read. */
  async function reread(runId: Id): Promise<void> {
    if (rereading.has(runId)) return;
    rereading.add(runId);
    setTimeout(() => {
      rereading.delete(runId);
      if (isOpen()) settle(placeWords(get(), early));
    }, RUN_REREAD_AT_MOST_EVERY_MS);
    const run = await api.assistants.run.query({ runId }).catch(() => null);
    if (run && isOpen()) settle(withRun(get(), early, run));
  }

  return {
    follow: () =>
      keepFollowing<RunDelta[]>(
        { subscribe: (observer) => api.assistants.followRuns.subscribe({ roomId }, observer), heard: (deltas) => settle(withDeltas(get(), early, deltas)) },
        patience,
      ),
    place: (state) => settle(placeWords(state, early)),
    forget() {
      early = noEarlyWords;
    },
  };
}
