/** On or off, at once. */
export function Switch({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <button
      type="button"
      role="switch"
      aria-label={label}
      aria-checked={checked}
      onClick={() => onChange(!checked)}
      className="relative h-6 w-10 shrink-0 rounded-full bg-edge transition-colors aria-checked:bg-green"
    >
      <span className={`absolute top-[3px] size-4.5 rounded-full transition-[inset-inline-start] ${checked ? "start-[19px] bg-on-green" : "start-[3px] bg-raise"}`} />
    </button>
  );
}
