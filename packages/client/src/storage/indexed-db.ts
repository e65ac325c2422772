import { openDB } from "idb";
import type { Drawer, TertuliaStorage } from "./storage.ts";

const drawers: readonly Drawer[] = ["person", "unsent", "rooms"];

/** A browser's IndexedDB as a storage. Rejects where there is none or it's locked away, as in some private windows. */
export async function openIndexedDb(name: string): Promise<TertuliaStorage> {
  const database = await openDB(name, 1, {
    upgrade(made) {
      for (const drawer of drawers) made.createObjectStore(drawer);
    },
    // A later version of ourselves, or whoever clears this site's data, is not kept waiting.
    blocking: () => database.close(),
  });
  return {
    all: (drawer) => database.getAll(drawer),
    get: (drawer, key) => database.get(drawer, key),
    put: async (drawer, key, value) => void (await database.put(drawer, value, key)),
    delete: (drawer, key) => database.delete(drawer, key),
    empty: (drawer) => database.clear(drawer),
    close: () => database.close(),
  };
}
