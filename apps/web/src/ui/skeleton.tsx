/** The shape of something that is on its way. Still, because nothing moves that the reader didn't move. */
export function Skeleton({ className = "" }: { className?: string }) {
  return <span aria-hidden="true" className={`block rounded-small bg-[color-mix(in_oklch,var(--ink)_8%,transparent)] ${className}`} />;
}
