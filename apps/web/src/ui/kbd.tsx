import type { ReactNode } from "react";

/** The name of a key. */
export function Kbd({ children, bare = false }: { children: ReactNode; bare?: boolean }) {
  return (
    <kbd className={`inline-block min-w-5 rounded-[5px] px-1.25 py-0.75 text-center font-sans text-meta leading-none font-medium tabular-nums ${bare ? "text-ink-3" : "bg-table text-ink-2 ring ring-line"}`}>
      {children}
    </kbd>
  );
}
