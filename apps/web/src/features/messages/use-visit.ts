"use client";

import type { RoomState } from "@tertulia/client/state";
import { useEffect, useState } from "react";
import type { Visit } from "./rows-of";

/**
 * What was unread when I came in. It stays as it was until I leave; going to another window and coming back to words that
 * arrived meanwhile counts as coming in again.
 */
export function useVisit(state: RoomState): Visit {
  const [visit, setVisit] = useState<Visit>(() => visitOf(state));

  useEffect(() => {
    const onFocus = () => setVisit((before) => (hasUnread(state) ? visitOf(state) : before));
    // Captured, to look before the same focus marks it all as read.
    window.addEventListener("focus", onFocus, { capture: true });
    return () => window.removeEventListener("focus", onFocus, { capture: true });
  }, [state]);

  return visit;
}

const visitOf = ({ me, headSeq }: RoomState): Visit => ({ lastReadSeq: me?.lastReadSeq ?? 0, headSeq });

const hasUnread = ({ me, messages }: RoomState): boolean => {
  const last = messages.at(-1);
  return me !== null && last !== undefined && last.author.id !== me.user.id && last.seq > me.lastReadSeq;
};
