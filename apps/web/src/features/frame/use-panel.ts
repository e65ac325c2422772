"use client";

import { useEffect, useRef, useState } from "react";
import { goTo, pathOfPanel, pathOfRoom, replaceWith, type Place } from "./place";
import type { Layout } from "./use-layout";

export interface Panel {
  shown: boolean;
  toggle(): void;
  close(): void;
}

const KEY = "tertulia.panel";

/**
 * The side panel. Where it stands beside the room it is a habit, kept on this device and open by default where there is
 * room to spare; where it covers the room it is a place of its own, so that Back leaves it.
 */
export function usePanel(place: Place, layout: Layout): Panel {
  const [habit, setHabit] = useState(() => localStorage.getItem(KEY));
  const covers = layout === "phone" || layout === "tablet";
  const beside = habit === null ? layout === "wide" : habit === "open";
  const shown = place.at === "room" && (place.panel || (!covers && beside));

  // Whether Back, from the panel, comes to its room.
  const wentThere = useRef(false);
  const atPanel = place.at === "room" && place.panel;
  useEffect(() => {
    if (!atPanel) wentThere.current = false;
  }, [atPanel]);

  const keep = (next: "open" | "closed") => {
    localStorage.setItem(KEY, next);
    setHabit(next);
  };
  const close = () => {
    if (place.at !== "room") return;
    if (!covers) keep("closed");
    if (place.panel && wentThere.current) window.history.back();
    else if (place.panel) replaceWith(pathOfRoom(place.roomId));
  };
  const open = () => {
    if (place.at !== "room") return;
    if (!covers) return keep("open");
    goTo(pathOfPanel(place.roomId));
    wentThere.current = true;
  };
  return { shown, close, toggle: shown ? close : open };
}
