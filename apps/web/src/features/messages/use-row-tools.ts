"use client";

import { useRef, useState, type FocusEvent, type PointerEvent } from "react";

const LONG_PRESS_MS = 450;
const STILL_PX = 8;

/**
 * Shows a row's tools while it is pointed at or has the focus; a long press of a finger opens them as a sheet instead. They are
 * made only then: hundreds of rows don't each carry a toolbar that nobody looks at.
 */
export function useRowTools(onLongPress: () => void) {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const press = useRef<{ x: number; y: number; timer: ReturnType<typeof setTimeout> } | null>(null);

  const release = () => {
    if (press.current) clearTimeout(press.current.timer);
    press.current = null;
  };

  return {
    toolsShown: pointed || focused,
    toolsOn: {
      onPointerEnter: (event: PointerEvent) => event.pointerType === "mouse" && setPointed(true),
      onPointerLeave: () => {
        setPointed(false);
        release();
      },
      onFocus: (event: FocusEvent) => setFocused(event.target.matches(":focus-visible")),
      onBlur: (event: FocusEvent) => !event.currentTarget.contains(event.relatedTarget) && setFocused(false),
      onPointerDown: (event: PointerEvent) => {
        if (event.pointerType === "mouse") return;
        const open = () => {
          swallowRelease();
          onLongPress();
        };
        press.current = { x: event.clientX, y: event.clientY, timer: setTimeout(open, LONG_PRESS_MS) };
      },
      onPointerMove: (event: PointerEvent) => {
        if (press.current && Math.hypot(event.clientX - press.current.x, event.clientY - press.current.y) > STILL_PX) release();
      },
      onPointerUp: release,
      onPointerCancel: release,
    },
  };
}

/** The finger that opened a sheet is lifted over it: that is no press on the sheet, nor one beside it. */
function swallowRelease(): void {
  const ending = new AbortController();
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const options = { capture: true, passive: false, signal: ending.signal };
  for (const kind of ["pointerup", "touchend", "mousedown", "mouseup", "click", "contextmenu"]) window.addEventListener(kind, swallow, options);
  // A new press is a new intention.
  window.addEventListener("pointerdown", () => ending.abort(), { capture: true, once: true });
}
