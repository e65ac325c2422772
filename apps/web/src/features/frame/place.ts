"use client";

import type { Id } from "@tertulia/model/ids";
import { usePathname } from "next/navigation";
import { useMemo } from "react";

/** What the address says is on the screen. */
export type Place = { at: "home" } | { at: "room"; roomId: Id; panel: boolean };

const ROOM = /^\/rooms\/([0-9a-f-]{36})(\/members)?\/?$/;

export function placeOf(pathname: string): Place {
  const [, roomId, panel] = ROOM.exec(pathname.toLowerCase()) ?? [];
  return roomId ? { at: "room", roomId, panel: panel !== undefined } : { at: "home" };
}

/** The address, as a place. Going elsewhere is a line of history and nothing else: no page is fetched. */
export function usePlace(): Place {
  const pathname = usePathname();
  return useMemo(() => placeOf(pathname), [pathname]);
}

export const HOME = "/";
export const pathOfRoom = (roomId: Id): string => `/rooms/${roomId}`;
export const pathOfPanel = (roomId: Id): string => `/rooms/${roomId}/members`;

/** Goes there, so that Back comes back. */
export function goTo(path: string): void {
  if (path !== window.location.pathname) window.history.pushState(null, "", path);
}

/** Goes there in place of here: Back goes to what was before. */
export function replaceWith(path: string): void {
  if (path !== window.location.pathname) window.history.replaceState(null, "", path);
}
