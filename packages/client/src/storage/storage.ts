/** What is kept apart: whose it is and their list of rooms, their unsent messages, what they last saw of rooms. */
export type Drawer = "person" | "unsent" | "rooms";

/**
 * Where things outlive this program: plain values, as `structuredClone` takes them, by key. A browser's IndexedDB is one,
 * and used by itself; a bot may bring its own, over files for instance. Any of these may reject: then it's done without.
 */
export interface TertuliaStorage {
  all(drawer: Drawer): Promise<unknown[]>;
  /** Undefined if there is none. */
  get(drawer: Drawer, key: string): Promise<unknown>;
  /** Resolves once it would outlive this program. */
  put(drawer: Drawer, key: string, value: unknown): Promise<void>;
  delete(drawer: Drawer, key: string): Promise<void>;
  empty(drawer: Drawer): Promise<void>;
  close(): void;
}
