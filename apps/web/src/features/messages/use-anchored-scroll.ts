"use client";

import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { ScrollKeeper } from "./scroll-keeper";

export interface AnchoredScroll {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** The log follows its end. */
  following: boolean;
  toEnd: () => void;
}

/**
 * Keeps the reader's place while rows come and grow.
 * @param opensAt the key of the row to open at; null for the end. Only its first value counts.
 * @param drawn changes whenever rows do.
 */
export function useAnchoredScroll(opensAt: string | null, drawn: unknown, onNearStart: () => void): AnchoredScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const keeper = useRef<ScrollKeeper | null>(null);
  const nearStart = useRef(onNearStart);
  const opening = useRef(opensAt);
  const [following, setFollowing] = useState(opensAt === null);

  useEffect(() => {
    nearStart.current = onNearStart;
  });

  useLayoutEffect(() => {
    if (!scroller.current || !content.current) return;
    // Asking for more changes what is drawn: it waits until this drawing is done.
    const made = new ScrollKeeper(scroller.current, content.current, { onNearStart: () => queueMicrotask(() => nearStart.current()), onFollowing: setFollowing });
    keeper.current = made;
    made.openAt(opening.current);
    return () => made.close();
  }, []);

  useLayoutEffect(() => keeper.current?.settle(), [drawn]);

  const toEnd = useCallback(() => keeper.current?.toEnd(), []);
  return { scroller, content, following, toEnd };
}
