"use client";

import { useEffect, useRef } from "react";
import { useDialogs } from "./dialogs";
import { focusComposer, focusNextRegion } from "./regions";
import { stepToRoom } from "./step-to-room";
import type { Panel } from "./use-panel";

/** The keys that work everywhere. Whoever handles a key first keeps it: these listen last. */
export function useShortcuts({ panel }: { panel: Panel }): void {
  const dialogs = useDialogs();
  const current = useRef({ panel, dialogs });
  useEffect(() => {
    current.current = { panel, dialogs };
  });

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      if (act(event, current.current)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function act(event: KeyboardEvent, { panel, dialogs }: { panel: Panel; dialogs: { open: (request: { kind: "switcher" }) => void } }): boolean {
  const command = (event.ctrlKey || event.metaKey) && !event.altKey;
  // A dialog keeps the keyboard to itself.
  if (document.querySelector("[role='dialog'], [role='alertdialog'], [role='menu']")) return false;
  if (event.key === "F6") return focusNextRegion(event.shiftKey ? -1 : 1);
  if (command && event.key.toLowerCase() === "k") return did(() => dialogs.open({ kind: "switcher" }));
  if (command && event.key === ".") return did(panel.toggle);
  if (event.altKey && !command && (event.key === "ArrowUp" || event.key === "ArrowDown")) return stepToRoom(event.key === "ArrowUp" ? -1 : 1, event.shiftKey);
  if (event.key === "Escape") return panel.shown && isInside("panel") ? did(panel.close) : focusComposer();
  return false;
}

function did(deed: () => void): true {
  deed();
  return true;
}

const isInside = (region: string): boolean => document.activeElement?.closest("[data-region]")?.getAttribute("data-region") === region;
