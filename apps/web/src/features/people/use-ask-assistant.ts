"use client";

import type { User } from "@tertulia/model/users";
import { useCallback } from "react";
import { useTertulia } from "@/features/connection/tertulia";
import { goTo, pathOfRoom } from "@/features/frame/place";

/** Goes to a new conversation with an assistant, under its name. */
export function useAskAssistant(): (assistant: User) => Promise<void> {
  const { trpc } = useTertulia();
  return useCallback(
    async ({ id, displayName }) => {
      const { room } = await trpc.rooms.create.mutate({ kind: "assistant", title: displayName, memberIds: [id] });
      goTo(pathOfRoom(room.id));
    },
    [trpc],
  );
}
