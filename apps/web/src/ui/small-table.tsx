import type { ReactNode } from "react";
import type { User } from "@tertulia/model/users";
import { faceColour, initialOf } from "./glaze";

type Guest = Pick<User, "id" | "displayName" | "kind">;

// From the near side of the table to the left, all the way round.
const SEATS = [
  { x: 88, y: 118, cup: { x: 88, y: 87 } },
  { x: 40, y: 92, cup: { x: 69, y: 77 } },
  { x: 40, y: 40, cup: { x: 69, y: 55 } },
  { x: 88, y: 14, cup: { x: 88, y: 45 } },
  { x: 136, y: 40, cup: { x: 107, y: 55 } },
  { x: 136, y: 92, cup: { x: 107, y: 77 } },
] as const;

/** The table from above with whoever sits at it, the reader first; every other seat is an invitation. */
export function SmallTable({ guests = [], children }: { guests?: readonly Guest[]; /** Drawn on the middle of the table. */ children?: ReactNode }) {
  return (
    <svg width="240" height="180" viewBox="0 0 176 132" aria-hidden="true" className="block">
      <circle cx="88" cy="68.5" r="36.5" fill="var(--line)" />
      <circle cx="88" cy="66" r="36" fill="var(--raise)" stroke="light-dark(var(--green), var(--green-mid))" strokeWidth="2.4" />
      {children}
      {SEATS.map((seat, place) => {
        const guest = guests[place];
        if (!guest) return <circle key={place} cx={seat.x} cy={seat.y} r="9" fill="none" stroke="var(--edge)" strokeWidth="1.6" strokeDasharray="3.4 3.4" />;
        return (
          <g key={place}>
            {guest.kind === "human" ? <Cup {...seat.cup} /> : null}
            {guest.kind === "assistant" ? <SmallTile x={seat.x} y={seat.y} /> : <Face x={seat.x} y={seat.y} guest={guest} />}
          </g>
        );
      })}
    </svg>
  );
}

function Cup({ x, y }: { x: number; y: number }) {
  return (
    <>
      <circle cx={x} cy={y} r="8.5" fill="light-dark(var(--sunk), var(--line))" stroke="light-dark(var(--line), var(--green-mid))" strokeWidth="1.5" />
      <circle cx={x} cy={y} r="4.8" fill="var(--p2-f)" stroke="var(--raise)" strokeWidth="1.5" />
    </>
  );
}

function Face({ x, y, guest }: { x: number; y: number; guest: Guest }) {
  return (
    <>
      <circle cx={x} cy={y} r="10" fill={faceColour(guest.id)} />
      <text x={x} y={y + 3.7} textAnchor="middle" fontSize="10" fontWeight="600" fontFamily="var(--sans)" fill="var(--on-glaze)">
        {initialOf(guest.displayName)}
      </text>
    </>
  );
}

function SmallTile({ x, y }: { x: number; y: number }) {
  return (
    <svg x={x - 12} y={y - 12} width="24" height="24" viewBox="0 0 28 28">
      <rect width="28" height="28" rx="8" fill="var(--tile-fill)" />
      <path d="M14 14C8 13 6 9 6 6c3 0 7 2 8 8zM14 14c6-1 8-5 8-8-3 0-7 2-8 8zM14 14c6 1 8 5 8 8-3 0-7-2-8-8zM14 14c-6 1-8 5-8 8 3 0 7-2 8-8z" fill="var(--on-tile)" />
      <circle cx="14" cy="14" r="2" fill="var(--tile-mid)" />
    </svg>
  );
}
