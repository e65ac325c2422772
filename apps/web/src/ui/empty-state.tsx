import type { ReactNode } from "react";

export interface EmptyStateProps {
  picture: ReactNode;
  title: string;
  /** Its rank among the page's headings. */
  heading?: "h1" | "h2";
  children?: ReactNode;
  actions?: ReactNode;
  note?: ReactNode;
}

/** A small table, one line in the host's voice, one sentence, one or two things to do. */
export function EmptyState({ picture, title, heading: Heading = "h2", children, actions, note }: EmptyStateProps) {
  return (
    <section className="grid w-full max-w-120 grid-cols-[minmax(0,1fr)] justify-items-center gap-2.5 place-self-center p-6 text-center">
      {picture}
      <Heading className="mt-3.5 font-serif text-head tracking-[-.012em] text-balance">{title}</Heading>
      {children ? <p className="max-w-100 text-balance text-ink-2">{children}</p> : null}
      {actions ? <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div> : null}
      {note ? <div className="mt-2.5 text-meta text-ink-3">{note}</div> : null}
    </section>
  );
}
