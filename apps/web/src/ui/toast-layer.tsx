"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState, useSyncExternalStore } from "react";
import { currentToasts, dismissToast, onToasts, type Toast } from "./toasts";

const SHOWN_FOR_MS = 5_000;
const NONE: readonly Toast[] = [];

/** Where toasts stand: bottom left, over the list, dark by day and by night. */
export default function ToastLayer() {
  const t = useTranslations("ui");
  const toasts = useSyncExternalStore(onToasts, currentToasts, () => NONE);
  return (
    <div role="region" aria-label={t("notices")} aria-live="polite" className="pointer-events-none fixed start-4 bottom-18 z-50 flex flex-col items-start gap-2 max-md:inset-x-3 max-md:bottom-20">
      {toasts.map((toast) => (
        <ToastLine key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastLine({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false);

  useEffect(() => {
    if (held) return;
    const fading = setTimeout(() => dismissToast(toast.id), SHOWN_FOR_MS);
    return () => clearTimeout(fading);
  }, [held, toast.id]);

  return (
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex min-h-11 items-center gap-2.5 rounded-[12px] bg-toast py-2 ps-3.5 pe-3.5 text-small text-on-toast shadow-up-2 transition-[opacity,translate] duration-(--calm) starting:translate-y-2 starting:opacity-0"
    >
      {toast.words}
      {toast.action ? (
        <button
          type="button"
          className="-me-1.5 h-7 rounded-[8px] px-2.5 font-[550] text-toast-act"
          onClick={() => {
            toast.action?.run();
            dismissToast(toast.id);
          }}
        >
          {toast.action.label}
        </button>
      ) : null}
    </div>
  );
}
