"use client";

import { useCallback, useRef, type FocusEvent, type KeyboardEvent, type RefObject } from "react";

const INSIDE = "a[href], button:not(:disabled), pre[tabindex], [tabindex='0']";

/**
 * Makes the log one stop of the Tab key. Arrows, Home and End go from row to row, Enter goes into a row to its links and buttons,
 * Esc comes back out, Tab leaves the log. Single letters are handed to `onKey` with the key of the row that has the focus.
 */
export function useRovingRows(scroller: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>, onKey: (row: string, key: string) => boolean) {
  const current = useRef<string | null>(null);
  const pointing = useRef(false);

  const rows = useCallback(() => Array.from(content.current?.querySelectorAll<HTMLElement>(":scope > [data-row][tabindex]") ?? []), [content]);
  const currentRow = useCallback(() => rows().find((row) => row.dataset["row"] === current.current) ?? rows().at(-1), [rows]);

  const goTo = (row: HTMLElement | undefined) => {
    if (!row) return;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };

  const onFocus = (event: FocusEvent<HTMLElement>) => {
    const row = event.target.closest<HTMLElement>("[data-row]");
    const cameByKey = !pointing.current && !event.currentTarget.contains(event.relatedTarget);
    if (event.target === scroller.current || (cameByKey && event.target !== row)) goTo(currentRow());
    else if (row) current.current = row.dataset["row"] ?? null;
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLElement)) return;
    const row = event.target.closest<HTMLElement>("[data-row]");
    if (!row) return;
    const taken = event.target === row ? onRowKey(row, event) : event.key === "Escape" && (goTo(row), true);
    if (taken) event.preventDefault();
  };

  const onRowKey = (row: HTMLElement, { key, currentTarget }: KeyboardEvent<HTMLElement>): boolean => {
    const all = rows();
    const place = all.indexOf(row);
    if (key === "ArrowUp") goTo(all[Math.max(0, place - 1)]);
    else if (key === "ArrowDown") goTo(all[place + 1]);
    else if (key === "Home") goTo(all[0]);
    else if (key === "End") goTo(all.at(-1));
    else if (key === "Enter") row.querySelector<HTMLElement>(INSIDE)?.focus();
    else if (key === "Tab") {
      leaveWithTab(currentTarget);
      return false;
    } else return onKey(row.dataset["row"] ?? "", key);
    return true;
  };

  return {
    onFocus,
    onKeyDown,
    onPointerDown: () => {
      pointing.current = true;
      // The focus that a press brings has come by then.
      setTimeout(() => (pointing.current = false));
    },
  };
}

/** For the one step that the Tab key takes now, nothing in the log can have the focus. */
function leaveWithTab(log: HTMLElement): void {
  log.inert = true;
  const taken = new AbortController();
  const letBackIn = () => {
    log.inert = false;
    taken.abort();
  };
  // Whichever comes first: another element has the focus, the key is let go, or the step led out of the page.
  for (const kind of ["focusin", "keyup", "blur"]) window.addEventListener(kind, letBackIn, { signal: taken.signal });
}
