/** Five people and a tile round a table. */
export function Mark({ className = "" }: { className?: string }) {
  return (
    <svg viewBox="0 0 26 26" aria-hidden="true" className={`size-6.5 shrink-0 text-green ${className}`}>
      <circle cx="13" cy="13" r="5.7" fill="none" stroke="currentColor" strokeWidth="2.2" />
      <g fill="currentColor">
        <circle cx="13" cy="2.9" r="2.3" />
        <circle cx="22.6" cy="9.9" r="2.3" />
        <circle cx="3.4" cy="9.9" r="2.3" />
        <circle cx="7.1" cy="21.2" r="2.3" />
      </g>
      <rect x="16.7" y="19" width="4.4" height="4.4" rx="1.2" fill="var(--tile)" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="flex items-center gap-[9px]">
      <Mark />
      <span translate="no" className="font-serif text-[1.1875rem] leading-none font-semibold tracking-[-.012em]">
        Tertulia
      </span>
    </span>
  );
}
