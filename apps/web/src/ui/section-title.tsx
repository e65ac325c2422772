import type { ReactNode } from "react";

/** The small heading of a part of a list. */
export function SectionTitle({ id, children, end }: { id?: string; children: ReactNode; end?: ReactNode }) {
  return (
    <div className="flex h-7.5 items-center ps-3 pe-1 pt-1.5 text-meta font-[550] text-ink-3">
      <h2 id={id} className="me-auto">
        {children}
      </h2>
      {end}
    </div>
  );
}
