import type { ReactNode } from "react";

/** One setting: what it is on the left, its control on the right. */
export function SettingRow({ label, hint, icon, children }: { label: ReactNode; hint?: ReactNode; icon?: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-[11px] text-small">
      {icon}
      <div className="min-w-[min(10rem,100%)] flex-1">
        {label}
        {hint ? <small className="block text-meta leading-[1.0625rem] text-ink-3">{hint}</small> : null}
      </div>
      {children}
    </div>
  );
}
