"use client";

import type { User } from "@tertulia/model/users";
import { useMemo, useState } from "react";
import { candidatesFor, mentionQueryIn, type MentionQuery } from "./mention-query";

export interface Mentions {
  query: MentionQuery | null;
  users: readonly User[];
  active: number;
  /** The text or the caret has changed. */
  look(text: string, caret: number): void;
  point(place: number): void;
  /** Moves the choice by one, round the end. */
  step(by: 1 | -1): void;
  /** Stops looking until the text changes. */
  close(): void;
}

/** The mention that is being written, and who could be meant by it. */
export function useMentions(everyone: readonly User[]): Mentions {
  const [query, setQuery] = useState<MentionQuery | null>(null);
  const [active, setActive] = useState(0);
  const users = useMemo(() => (query ? candidatesFor(query.words, everyone) : []), [query, everyone]);

  return {
    query: users.length > 0 ? query : null,
    users,
    active: Math.min(active, Math.max(0, users.length - 1)),
    look: (text, caret) => {
      const found = mentionQueryIn(text, caret);
      if (found?.words !== query?.words || found?.start !== query?.start) setActive(0);
      setQuery(found);
    },
    point: setActive,
    step: (by) => setActive((active + by + users.length) % users.length),
    close: () => setQuery(null),
  };
}
