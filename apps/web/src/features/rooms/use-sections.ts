"use client";

import type { Id } from "@tertulia/model/ids";
import type { InboxEntry } from "@tertulia/model/rooms";
import { useLocale } from "next-intl";
import { useMemo, useState } from "react";
import { inPlace, sectionsOf, type Sections, type Visit } from "./sections-of";

export interface SteadySections {
  sections: Sections;
  /** From here on nothing moves, until `release`. */
  hold(): void;
  release(): void;
}

/** The list's sections; steady while they are held, and with the open room where it was when it was opened. */
export function useSections(entries: readonly InboxEntry[], open: Id | null): SteadySections {
  const locale = useLocale();
  const visit = useVisit(entries, open);
  const [held, setHeld] = useState<Sections | null>(null);
  const wanted = useMemo(() => sectionsOf(entries, visit, locale), [entries, visit, locale]);
  const sections = useMemo(() => (held ? inPlace(held, wanted) : wanted), [held, wanted]);
  return { sections, hold: () => setHeld(sections), release: () => setHeld(null) };
}

/** The open room as it was when it was opened. */
function useVisit(entries: readonly InboxEntry[], open: Id | null): Visit | null {
  const [visit, setVisit] = useState<Visit | null>(null);
  const opened = entries.find(({ room }) => room.id === open);
  if (visit && visit.roomId !== open) setVisit(null);
  else if (!visit && opened) setVisit({ roomId: opened.room.id, wasUnread: opened.unread > 0 });
  return visit?.roomId === open ? visit : null;
}
