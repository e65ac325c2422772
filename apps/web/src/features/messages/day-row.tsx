"use client";

import type { Instant } from "@tertulia/model/ids";
import { memo, useEffect, useState } from "react";
import { useTimes } from "./use-times";

/** The day that begins here. */
export const DayRow = memo(function DayRow({ at }: { at: Instant }) {
  const times = useTimes();
  useMidnight();
  return (
    <div className="talk-row day-row">
      <h2>{times.day(at)}</h2>
    </div>
  );
});

/** Draws again when the day turns: today has become yesterday. */
function useMidnight(): void {
  const [day, setDay] = useState(0);
  useEffect(() => {
    const midnight = new Date().setHours(24, 0, 0, 0);
    const turning = setTimeout(() => setDay(day + 1), midnight - Date.now());
    return () => clearTimeout(turning);
  }, [day]);
}
