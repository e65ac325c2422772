import type { Id } from "@tertulia/model/ids";
import * as limits from "@tertulia/model/limits";
import type { Typing } from "@tertulia/model/typing";
import type { Api } from "../api.ts";
import { keepFollowing } from "../connection/keep-following.ts";
import type { Patience } from "../connection/patience.ts";

const TYPISTS_FADE_AFTER_MS = limits.typingFadesAfterMs + 1_000;

export interface LiveTypingParts {
  roomId: Id;
  api: Api;
  patience: Patience;
  isOnline(): boolean;
  typists(): readonly Typing[];
  changed(changes: readonly Typing[]): void;
}

/** Who types in a room, and that I do. */
export interface LiveTyping {
  follow(): () => void;
  /** I type: repeats itself to the server at most every 3 s. */
  start(): void;
  stop(): void;
  /** What I typed has been said, by which the others know that I ceased. */
  said(): void;
  forget(): void;
}

export function createLiveTyping({ roomId, api, patience, isOnline, typists, changed }: LiveTypingParts): LiveTyping {
  const fading = new Map<Id, ReturnType<typeof setTimeout>>();
  let typedAt = Number.NEGATIVE_INFINITY;

  function hear(changes: readonly Typing[], isFirst: boolean): void {
    const news = new Set(changes.map(({ userId }) => userId));
    const silent = isFirst ? typists().filter(({ userId }) => !news.has(userId)).map((typist) => ({ ...typist, typing: false })) : [];
    for (const { userId, username, typing } of changes) {
      clearTimeout(fading.get(userId));
      fading.delete(userId);
      // Whoever should have told us that they ceased may be gone.
      if (typing) fading.set(userId, setTimeout(() => hear([{ userId, username, typing: false }], false), TYPISTS_FADE_AFTER_MS));
    }
    changed([...silent, ...changes]);
  }

  function said(): void {
    typedAt = Number.NEGATIVE_INFINITY;
  }

  return {
    follow: () => keepFollowing<Typing[]>({ subscribe: (observer) => api.typing.follow.subscribe({ roomId }, observer), heard: hear }, patience),
    start() {
      if (performance.now() - typedAt < limits.typingRepeatsWithinMs || !isOnline()) return;
      typedAt = performance.now();
      api.typing.start.mutate({ roomId }).catch(() => {});
    },
    stop() {
      const isStillShown = performance.now() - typedAt < limits.typingFadesAfterMs;
      said();
      if (isStillShown && isOnline()) api.typing.stop.mutate({ roomId }).catch(() => {});
    },
    said,
    forget() {
      for (const timer of fading.values()) clearTimeout(timer);
      fading.clear();
    },
  };
}
