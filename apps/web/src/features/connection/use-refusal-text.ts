"use client";

import { useTranslations } from "next-intl";
import { useCallback } from "react";
import type { Refused } from "./refusal";
import { secondsToWait } from "./refusal";

const TOLD_IN_SECONDS_UP_TO = 90;

/** Says a refusal in the reader's language; `secondsLeft` is what is left of its wait, the whole of it by default. */
export function useRefusalText(): (refused: Refused, secondsLeft?: number) => string {
  const t = useTranslations("connection.refusals");
  return useCallback(
    (refused, secondsLeft = secondsToWait(refused)) => {
      if (secondsLeft > TOLD_IN_SECONDS_UP_TO) return t("RATE_LIMITED_LONG", { minutes: Math.ceil(secondsLeft / 60) });
      return t(refused.code, { seconds: secondsLeft });
    },
    [t],
  );
}
