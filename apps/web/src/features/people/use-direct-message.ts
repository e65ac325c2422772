"use client";

import type { Id } from "@tertulia/model/ids";
import { useCallback } from "react";
import { useTertulia } from "@/features/connection/tertulia";
import { goTo, pathOfRoom } from "@/features/frame/place";

/** Goes to the conversation with this person and nobody else, beginning it if there is none. */
export function useDirectMessage(): (userId: Id) => Promise<void> {
  const { trpc } = useTertulia();
  return useCallback(
    async (userId) => {
      const { room } = await trpc.rooms.create.mutate({ kind: "dm", memberIds: [userId] });
      goTo(pathOfRoom(room.id));
    },
    [trpc],
  );
}
