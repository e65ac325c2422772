/** A few choices side by side, one of them made. */
export function Segmented<Value extends string>({ label, value, options, onChange }: {
  label: string;
  value: Value | null;
  options: readonly { value: Value; label: string; lang?: string }[];
  onChange: (value: Value) => void;
}) {
  return (
    <div role="group" aria-label={label} className="inline-flex flex-wrap rounded-[9px] bg-sunk p-0.5 inset-ring inset-ring-line">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          lang={option.lang}
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className="h-7 rounded-[7px] px-[11px] text-meta font-medium text-ink-2 transition-colors hover:text-ink max-md:h-8.5 pressed:bg-raise pressed:font-semibold pressed:text-ink pressed:shadow-up-1"
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
