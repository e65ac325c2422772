"use client";

import { useTranslations } from "next-intl";
import { useCallback } from "react";
import type { Refused } from "./refusal";
import { secondsToWait } from "./refusal";

/** Says a refusal in the reader's language. */
export function useRefusalText(): (refused: Refused) => string {
  const t = useTranslations("connection.refusals");
  return useCallback((refused: Refused) => t(refused.code, { seconds: secondsToWait(refused) }), [t]);
}
