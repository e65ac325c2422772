/** A room in a list: an empty ring is read, a full one unread, lamp-yellow speaks to you, a lock is private. */
export function Seat({ state }: { state: "read" | "unread" | "mention" | "private" }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" className="block size-5 [forced-color-adjust:none]" fill="none" stroke="currentColor" strokeWidth="1.7">
      {state === "read" && <circle cx="10" cy="10" r="4.6" />}
      {state === "unread" && <circle cx="10" cy="10" r="5.4" fill="currentColor" stroke="none" />}
      {state === "mention" && <circle cx="10" cy="10" r="5.4" fill="var(--lamp-fill)" stroke="var(--lamp)" strokeWidth="1" />}
      {state === "private" && (
        <>
          <rect x="5.4" y="9" width="9.2" height="6.6" rx="1.8" />
          <path d="M7.4 9V7.2a2.6 2.6 0 0 1 5.2 0V9" />
        </>
      )}
    </svg>
  );
}
