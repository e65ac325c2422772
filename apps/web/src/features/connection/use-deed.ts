"use client";

import { useState } from "react";
import { refusalOf, type Refused } from "./refusal";

export interface Deed {
  busy: boolean;
  refused: Refused | null;
  /** Does it unless it is being done already; a refusal is kept until the next try. */
  run(deed: () => Promise<unknown>): void;
  forget(): void;
}

/** One thing to ask of the server at a time, and what it answered when it said no. */
export function useDeed(): Deed {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);

  const run = async (deed: () => Promise<unknown>) => {
    if (busy) return;
    setBusy(true);
    setRefused(null);
    try {
      await deed();
    } catch (thrown) {
      setRefused(refusalOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return { busy, refused, run: (deed) => void run(deed), forget: () => setRefused(null) };
}
