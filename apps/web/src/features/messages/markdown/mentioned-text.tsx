"use client";

import { createContext, use } from "react";
import { splitMentions, type People } from "./split-mentions";

/** Who can be mentioned here, and which of them reads this. */
export const PeopleContext = createContext<{ people: People; me: string | null }>({ people: new Map(), me: null });

/** Text with its mentions as chips: lamp-yellow for the reader, blue for assistants. */
export function MentionedText({ text }: { text: string }) {
  const { people, me } = use(PeopleContext);
  return splitMentions(text, people).map((part, place) =>
    typeof part === "string" ? part : (
      <span key={place} className="at" data-whom={part.id === me ? "me" : part.kind}>
        @{part.displayName}
      </span>
    ),
  );
}
