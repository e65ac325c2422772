import type { Id } from "@tertulia/model/ids";

/** A draft is kept in localStorage under this and its room's id, so that it outlives a reload, a crash and a lost session. */
const KEY = "tertulia.draft.";

const listeners = new Set<() => void>();

/** What was being written in a room; empty when nothing was. */
export const getDraft = (roomId: Id): string => localStorage.getItem(KEY + roomId) ?? "";

/** Keeps what is being written; nothing but space is no draft. */
export function setDraft(roomId: Id, text: string): void {
  if (text.trim() === "") localStorage.removeItem(KEY + roomId);
  else localStorage.setItem(KEY + roomId, text);
  tell();
}

/** Calls back when any room's draft changes, in this tab or in another; answers how to stop. */
export function onDrafts(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener("storage", onStorage);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener("storage", onStorage);
  };
}

function onStorage(event: StorageEvent): void {
  if (event.key === null || event.key.startsWith(KEY)) tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}
