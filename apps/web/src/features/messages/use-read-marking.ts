"use client";

import type { LiveRoom } from "@tertulia/client/state";
import type { Seq } from "@tertulia/model/ids";
import { useEffect } from "react";

/** Marks the room read up to its end when the end is on screen and the reader is there to see it: the window focused and visible. */
export function useReadMarking(live: LiveRoom, headSeq: Seq, readUpTo: Seq, endShown: boolean): void {
  useEffect(() => {
    const mark = () => {
      if (endShown && headSeq > readUpTo && document.hasFocus() && document.visibilityState === "visible") live.markRead(headSeq);
    };
    mark();
    window.addEventListener("focus", mark);
    document.addEventListener("visibilitychange", mark);
    return () => {
      window.removeEventListener("focus", mark);
      document.removeEventListener("visibilitychange", mark);
    };
  }, [live, headSeq, readUpTo, endShown]);
}
