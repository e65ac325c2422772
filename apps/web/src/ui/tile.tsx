import { clsx } from "clsx";
import { glazeOf } from "./glaze";
import "./tile.css";

const PETALS = "M14 14C8 13 6 9 6 6c3 0 7 2 8 8zM14 14c6-1 8-5 8-8-3 0-7 2-8 8zM14 14c6 1 8 5 8 8-3 0-7-2-8-8zM14 14c-6 1-8 5-8 8 3 0 7-2 8-8z";
const STAR = "M14 4a10 10 0 0 0 10 10A10 10 0 0 0 14 24 10 10 0 0 0 4 14 10 10 0 0 0 14 4z";

/** The azulejo an assistant wears instead of a face; which of two patterns follows from its id. It turns while it writes. */
export function Tile({ id, writing = false, className }: { id: string; writing?: boolean; className?: string }) {
  const starred = glazeOf(id) % 2 === 0;
  return (
    <svg viewBox="0 0 28 28" aria-hidden="true" className={clsx("block size-full rounded-tile", writing && "tile-writing", className)}>
      <rect width="28" height="28" fill="var(--tile-fill)" />
      <path className="tile-petals" d={starred ? STAR : PETALS} fill="var(--on-tile)" />
      <circle cx="14" cy="14" r={starred ? 3 : 2} fill={starred ? "var(--tile-fill)" : "var(--tile-mid)"} />
    </svg>
  );
}
