"use client";

import type { InboxEntry } from "@tertulia/model/rooms";
import type { Id } from "@tertulia/model/ids";
import { useLocale } from "next-intl";
import { useMemo, useRef, useState } from "react";
import { inPlace, sectionsOf, type Sections } from "./sections-of";

/** The list's sections; steady while the pointer is over them, and with the open room where it was when it was opened. */
export function useSections(entries: readonly InboxEntry[], open: Id | null, pointed: boolean): Sections {
  const locale = useLocale();
  const held = useHeld(entries, open);
  const shown = useRef<Sections | null>(null);
  const wanted = useMemo(() => sectionsOf(entries, held, locale), [entries, held, locale]);
  const steady = useMemo(() => (pointed && shown.current ? inPlace(shown.current, wanted) : wanted), [pointed, wanted]);
  shown.current = steady;
  return steady;
}

/** The open room, if it was unread when it was opened. */
function useHeld(entries: readonly InboxEntry[], open: Id | null): Id | null {
  const [visit, setVisit] = useState<{ open: Id | null; held: Id | null }>({ open: null, held: null });
  const known = open === null || entries.some(({ room }) => room.id === open);
  if (visit.open !== open && known) {
    const wasUnread = entries.some(({ room, unread }) => room.id === open && unread > 0);
    setVisit({ open, held: wasUnread ? open : null });
  }
  return visit.open === open ? visit.held : null;
}
