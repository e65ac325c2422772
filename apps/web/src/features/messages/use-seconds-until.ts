"use client";

import { useEffect, useState } from "react";

/** Whole seconds left until an instant in milliseconds since the epoch; 0 when it has passed or there is none. */
export function useSecondsUntil(instant: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  const left = instant === null ? 0 : Math.max(0, Math.ceil((instant - now) / 1000));

  useEffect(() => {
    if (instant === null) return;
    const tick = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(tick);
  }, [instant]);

  return left;
}
