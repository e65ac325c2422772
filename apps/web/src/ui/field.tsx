import { useId, type ReactNode } from "react";

export interface FieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** Stands at the end of the label's line. */
  aside?: ReactNode;
  /** Renders the control with the ids that tie it to its label, hint and error. */
  children: (control: { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined }) => ReactNode;
}

/** A label above, the control, and one line below: the error if there is one, else the hint. */
export function Field({ label, hint, error, aside, children }: FieldProps) {
  const id = useId();
  const below = error ?? hint;
  return (
    <div>
      <div className="mb-[5px] flex justify-between text-small font-[550]">
        <label htmlFor={id}>{label}</label>
        {aside}
      </div>
      {children({ id, "aria-describedby": below ? `${id}-below` : undefined, "aria-invalid": error ? true : undefined })}
      <p id={`${id}-below`} aria-live="polite" className={`mt-[5px] text-meta leading-[1.0625rem] empty:hidden ${error ? "text-red" : "text-ink-3"}`}>
        {below}
      </p>
    </div>
  );
}
