"use client";

import type { LiveRoom } from "@tertulia/client/state";
import { useEffect, useMemo, useState } from "react";
import { useStore } from "@/features/connection/tertulia";
import { joinedSince, passedBetween, type RoomNotice } from "./room-notices";

/**
 * The lines of the room itself: who joined among what is held here, and, for as long as I'm here to see it, who left and what
 * the room was renamed to. A conversation of two or with an assistant has none.
 */
export function useRoomNotices(live: LiveRoom): readonly RoomNotice[] {
  const room = useStore(live, (state) => state.room);
  const members = useStore(live, (state) => state.members);
  const since = useStore(live, ({ hasBefore, messages }) => (hasBefore ? (messages[0]?.createdAt ?? "") : ""));
  const passed = usePassed(live);

  return useMemo(() => {
    if (!room || room.kind !== "room") return NONE;
    return [...joinedSince(room, members, since), ...passed].sort((one, other) => (one.at < other.at ? -1 : 1));
  }, [room, members, since, passed]);
}

/** What passed before my eyes. */
function usePassed(live: LiveRoom): readonly RoomNotice[] {
  const [passed, setPassed] = useState(NONE);

  useEffect(() => {
    let before = live.get();
    return live.subscribe(() => {
      const after = live.get();
      const now = new Date().toISOString();
      const lastAt = after.messages.at(-1)?.createdAt ?? "";
      // Never before the words that are there already, whatever this machine's clock says.
      const notices = passedBetween(before, after, now > lastAt ? now : lastAt);
      before = after;
      if (notices.length > 0) setPassed((all) => [...all, ...notices]);
    });
  }, [live]);

  return passed;
}

const NONE: readonly RoomNotice[] = [];
