import { clsx } from "clsx";
import type { PresenceStatus } from "@tertulia/model/presence";
import { useTranslations } from "next-intl";

/** Told by shape and word, not by colour alone: a full dot, a half moon, a hollow ring. The halo is the ground it sits on (`--on`). */
export function PresenceMark({ status, className }: { status: PresenceStatus; className?: string }) {
  const t = useTranslations("ui.presence");
  return (
    <svg viewBox="0 0 12 12" role="img" aria-label={t(status)} className={clsx("absolute -end-[2px] -bottom-[2px] block [forced-color-adjust:none]", className)}>
      <circle cx="6" cy="6" r="6" fill="var(--on, var(--table))" />
      {status === "online" && <circle cx="6" cy="6" r="4" fill="var(--here)" />}
      {status !== "online" && <circle cx="6" cy="6" r={status === "away" ? 3.2 : 3.1} fill="none" stroke="var(--ink-3)" strokeWidth="1.7" />}
      {status === "away" && <path d="M6 2a4 4 0 0 1 0 8z" fill="var(--away)" />}
    </svg>
  );
}
