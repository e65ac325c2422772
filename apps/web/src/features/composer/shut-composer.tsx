"use client";

import type { RoomState } from "@tertulia/client/state";
import { useTranslations } from "next-intl";

/** Stands in the composer's place where I may not write, and says why. */
export function ShutComposer({ state }: { state: RoomState }) {
  const t = useTranslations("composer");
  const why = state.goneBecause === "removed" ? t("removed") : state.goneBecause === "deleted" ? t("deleted") : state.goneBecause === "left" ? t("leftRoom") : t("adminsOnly");
  return (
    <div className="talk-row">
      <p className="composer-shut">{why}</p>
    </div>
  );
}
