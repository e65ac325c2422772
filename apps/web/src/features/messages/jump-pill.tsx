"use client";

import { useTranslations } from "next-intl";
import { Icon } from "@/ui/icon";

/** Goes to the newest words, and says how many came meanwhile. */
export function JumpPill({ count, onJump }: { count: number; onJump: () => void }) {
  const t = useTranslations("messages");
  return (
    <button type="button" onClick={onJump} className="jump-pill">
      {count > 0 ? t("jump", { count }) : t("jumpDown")}
      <Icon name="arrow-down" small />
    </button>
  );
}
