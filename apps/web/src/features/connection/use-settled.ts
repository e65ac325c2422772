"use client";

import { useEffect, useState } from "react";

const SETTLES_AFTER_MS = 180;

/** A value once it has stopped changing, so that not every keystroke asks the server. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const settling = setTimeout(() => setSettled(value), SETTLES_AFTER_MS);
    return () => clearTimeout(settling);
  }, [value]);
  return settled;
}
