"use client";

import type { Id } from "@tertulia/model/ids";
import { useSyncExternalStore } from "react";
import { getDraft, onDrafts } from "@/features/composer/drafts";

/** Whether something is being written in a room. */
export const useHasDraft = (roomId: Id): boolean => useSyncExternalStore(onDrafts, () => getDraft(roomId) !== "", () => false);
