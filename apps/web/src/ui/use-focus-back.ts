"use client";

import { useEffect, useState } from "react";

/** When what uses it goes, the focus returns to where it was when it came, unless it has found another place meanwhile. */
export function useFocusBack(): void {
  // Looked at while rendering: by the first effect a field in the layer may have taken it.
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // After the layer has let go of it.
      requestAnimationFrame(() => {
        if (before instanceof HTMLElement && before.isConnected && document.activeElement === document.body) before.focus();
      });
    },
    [before],
  );
}
