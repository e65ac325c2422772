import type { Drawer, TertuliaStorage } from "../src/storage/storage.ts";

/** A storage that can be full, or slow: what a program may bring, and what may become of it. Like a disk it outlives whoever closes it. */
export class StorageInMemory implements TertuliaStorage {
  readonly #drawers = { person: new Map<string, unknown>(), unsent: new Map<string, unknown>(), rooms: new Map<string, unknown>() };
  #held: Promise<void> = Promise.resolve();
  /** Takes nothing new until something is emptied. */
  isFull = false;

  count(drawer: Drawer): number {
    return this.#drawers[drawer].size;
  }

  /** Nothing is answered any more, until what this answers is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return resolve;
  }

  async all(drawer: Drawer): Promise<unknown[]> {
    await this.#held;
    return [...this.#drawers[drawer].values()].map((value) => structuredClone(value));
  }

  async get(drawer: Drawer, key: string): Promise<unknown> {
    await this.#held;
    return structuredClone(this.#drawers[drawer].get(key));
  }

  async put(drawer: Drawer, key: string, value: unknown): Promise<void> {
    await this.#held;
    if (this.isFull) throw new Error("The disk is full.");
    this.#drawers[drawer].set(key, structuredClone(value));
  }

  async delete(drawer: Drawer, key: string): Promise<void> {
    await this.#held;
    this.#drawers[drawer].delete(key);
  }

  async empty(drawer: Drawer): Promise<void> {
    await this.#held;
    if (this.count(drawer) > 0) this.isFull = false;
    this.#drawers[drawer].clear();
  }

  close(): void {}
}
