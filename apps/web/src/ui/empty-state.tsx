import type { ReactNode } from "react";

/** A small table, one line in the host's voice, one sentence, one or two things to do. */
export function EmptyState({ picture, title, children, actions, note }: { picture: ReactNode; title: string; children?: ReactNode; actions?: ReactNode; note?: ReactNode }) {
  return (
    <section className="grid w-full max-w-120 grid-cols-[minmax(0,1fr)] justify-items-center gap-2.5 place-self-center p-6 text-center">
      {picture}
      <h2 className="mt-3.5 font-serif text-head tracking-[-.012em] text-balance">{title}</h2>
      {children ? <p className="max-w-100 text-balance text-ink-2">{children}</p> : null}
      {actions ? <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div> : null}
      {note ? <div className="mt-2.5 text-meta text-ink-3">{note}</div> : null}
    </section>
  );
}
