"use client";

import { useSyncExternalStore } from "react";

/** How much fits beside each other; the same steps as the stylesheet's. */
export type Layout = "phone" | "tablet" | "desktop" | "wide";

const STEPS: readonly { query: string; layout: Layout }[] = [
  { query: "(width >= 90rem)", layout: "wide" },
  { query: "(width >= 64rem)", layout: "desktop" },
  { query: "(width >= 45rem)", layout: "tablet" },
];

export const useLayout = (): Layout => useSyncExternalStore(onLayoutChange, currentLayout, () => "desktop");

const currentLayout = (): Layout => STEPS.find(({ query }) => window.matchMedia(query).matches)?.layout ?? "phone";

function onLayoutChange(listener: () => void): () => void {
  const lists = STEPS.map(({ query }) => window.matchMedia(query));
  for (const list of lists) list.addEventListener("change", listener);
  return () => {
    for (const list of lists) list.removeEventListener("change", listener);
  };
}
