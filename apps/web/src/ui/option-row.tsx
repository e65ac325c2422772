import { clsx } from "clsx";
import { useEffect, useRef, type ReactNode } from "react";

export interface OptionRowProps {
  id: string;
  /** The one that Enter picks. */
  active: boolean;
  disabled?: boolean;
  /** A face, a seat or an icon. */
  face: ReactNode;
  /** Stands at the end, small. */
  end?: ReactNode;
  onChoose: () => void;
  onPoint: () => void;
  children: ReactNode;
}

/** A row to choose in a list that is worked from a text field: the field keeps the focus, this shows where it is. */
export function OptionRow({ id, active, disabled = false, face, end, onChoose, onPoint, children }: OptionRowProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- its key is Enter, in the field that has the focus.
    <div
      ref={row}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      aria-disabled={disabled || undefined}
      onClick={onChoose}
      onPointerMove={() => active || onPoint()}
      onPointerDown={(event) => event.preventDefault()}
      className={clsx(
        "grid min-h-10.5 cursor-pointer grid-cols-[1.5rem_minmax(0,1fr)_auto] items-center gap-x-3 rounded-thing px-2.5 py-1.25 text-body leading-[1.3] aria-disabled:cursor-default aria-disabled:opacity-60 max-md:min-h-12",
        active && "bg-picked [--on:var(--picked)]",
      )}
    >
      <span className="justify-self-center">{face}</span>
      <span className="truncate">{children}</span>
      <span className="flex items-center gap-2 text-meta text-ink-3">{end}</span>
    </div>
  );
}
