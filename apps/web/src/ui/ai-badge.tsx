import { useTranslations } from "next-intl";

/** Stands beside an assistant's name, always. */
export function AiBadge({ className = "" }: { className?: string }) {
  const t = useTranslations("ui");
  return (
    <span className={`inline-block rounded-[4px] px-1 align-[1px] text-[.625rem]/[.875rem] font-[650] tracking-[.04em] text-tile inset-ring inset-ring-tile-mid ${className}`}>
      {t("ai")}
    </span>
  );
}
