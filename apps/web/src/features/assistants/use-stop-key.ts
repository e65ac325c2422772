"use client";

import { useEffect } from "react";

/** Ctrl/Cmd+Shift+S stops an answer that is being written. */
export function useStopKey(stop: (() => void) | null): void {
  useEffect(() => {
    if (!stop) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !event.shiftKey || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      stop();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [stop]);
}
