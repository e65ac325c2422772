"use client";

import type { Instant } from "@tertulia/model/ids";
import { useEffect, useState } from "react";

/** Whole seconds since an instant, counting on; 0 while there is none, or where this machine's clock is behind. */
export function useSecondsSince(instant: Instant | null): number {
  const [now, setNow] = useState(() => Date.now());

  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(tick);
  }, []);

  return instant === null ? 0 : Math.max(0, Math.floor((now - Date.parse(instant)) / 1000));
}
