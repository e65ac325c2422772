"use client";

import { useEffect, useRef, useState } from "react";

const SHOWS_AFTER_MS = 450;
const EDGE_PX = 6;

interface Shown {
  words: string;
  over: DOMRect;
}

/**
 * One tooltip for the whole page: it shows the words of whichever `data-tooltip` is pointed at or focused by keyboard.
 * It is a picture of the name the element already has (`aria-label`), so it is hidden from those who listen. One layer
 * rather than a component a button: a list of hundreds of buttons pays nothing for it.
 */
export default function TooltipLayer() {
  const [shown, setShown] = useState<Shown | null>(null);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => watchTooltips(setShown), []);

  useEffect(() => {
    const element = box.current;
    if (!element || !shown) return;
    const { width, height } = element.getBoundingClientRect();
    const middle = shown.over.left + shown.over.width / 2 - width / 2;
    const below = shown.over.bottom + EDGE_PX;
    element.style.left = `${Math.max(EDGE_PX, Math.min(middle, window.innerWidth - width - EDGE_PX))}px`;
    element.style.top = `${below + height + EDGE_PX > window.innerHeight ? shown.over.top - height - EDGE_PX : below}px`;
    element.style.visibility = "visible";
  }, [shown]);

  if (!shown) return null;
  return (
    <div
      ref={box}
      aria-hidden="true"
      className="pointer-events-none invisible fixed z-60 max-w-64 rounded-small bg-toast px-2 py-1 text-meta text-on-toast shadow-up-2"
    >
      {shown.words}
    </div>
  );
}

function watchTooltips(show: (shown: Shown | null) => void): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let current: Element | null = null;

  const hide = () => {
    clearTimeout(waiting);
    current = null;
    show(null);
  };
  const consider = (target: EventTarget | null, delayMs: number) => {
    const element = target instanceof Element ? target.closest("[data-tooltip]") : null;
    if (element === current) return;
    hide();
    const words = element?.getAttribute("data-tooltip");
    if (!element || !words) return;
    current = element;
    waiting = setTimeout(() => element.isConnected && show({ words, over: element.getBoundingClientRect() }), delayMs);
  };
  // A finger has no hover: after a touch the tooltip would stay behind.
  const onPointer = (event: PointerEvent) => event.pointerType === "mouse" && consider(event.target, SHOWS_AFTER_MS);
  const onFocus = (event: FocusEvent) => event.target instanceof Element && event.target.matches(":focus-visible") && consider(event.target, 0);
  const onKey = (event: KeyboardEvent) => event.key === "Escape" && hide();

  const ending = new AbortController();
  const { signal } = ending;
  document.addEventListener("pointerover", onPointer, { signal });
  document.addEventListener("focusin", onFocus, { signal });
  document.addEventListener("focusout", hide, { signal });
  document.addEventListener("pointerdown", hide, { signal });
  document.addEventListener("keydown", onKey, { signal });
  document.addEventListener("scroll", hide, { signal, capture: true });
  return () => {
    ending.abort();
    clearTimeout(waiting);
  };
}
