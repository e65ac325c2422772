"use client";

import type { Id } from "@tertulia/model/ids";
import { useCallback, useState } from "react";
import { getDraft, setDraft } from "./drafts";

/** What is being written in a room; kept with every letter, so that nothing is lost with the page. */
export function useDraft(roomId: Id): [text: string, write: (text: string) => void] {
  const [text, setText] = useState(() => getDraft(roomId));
  const write = useCallback(
    (next: string) => {
      setText(next);
      setDraft(roomId, next);
    },
    [roomId],
  );
  return [text, write];
}
