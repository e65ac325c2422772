"use client";

import { useTranslations } from "next-intl";

/** From here on it was new to me when I came in. */
export function NewRow({ count, orMore }: { count: number; orMore: boolean }) {
  const t = useTranslations("messages");
  return (
    <div className="talk-row new-row" role="separator" aria-label={t("new", { count, more: orMore ? "yes" : "no" })}>
      <b aria-hidden="true">{t("new", { count, more: orMore ? "yes" : "no" })}</b>
      <i />
    </div>
  );
}
