"use client";

import type { Id } from "@tertulia/model/ids";
import { useEffect } from "react";
import { useStore, useTertulia } from "@/features/connection/tertulia";
import { entryTitle } from "@/features/rooms/room-title";

/** The window's title: how many rooms hold something unread, and the room on screen. */
export function useTitle(roomId: Id | null): void {
  const { entries } = useStore(useTertulia().inbox);
  const unread = entries.filter((entry) => entry.unread > 0).length;
  const open = entries.find(({ room }) => room.id === roomId);
  const title = `${unread > 0 ? `(${unread}) ` : ""}${open ? `${entryTitle(open)} · ` : ""}Tertulia`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
