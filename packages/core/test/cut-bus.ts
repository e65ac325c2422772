import { silentLog } from "@tertulia/db/testing/open-test-database";
import { MemoryBus } from "@tertulia/events/memory-bus";
import type { Id } from "@tertulia/model/ids";
import type { Bus, Notes, Unlisten } from "@tertulia/model/ports/bus";
import type { MovableClock } from "@tertulia/testing/movable-clock";

/** A bus between nodes that a test cuts and mends: what is told while it is cut is lost. */
export class CutBus implements Bus {
  isUp = true;
  readonly #bus: MemoryBus;
  readonly #upListeners = new Set<() => void>();
  readonly #missedListeners = new Set<() => void>();

  constructor(clock: MovableClock) {
    this.#bus = new MemoryBus({ clock, log: silentLog });
  }

  get leases() {
    return this.#bus.leases;
  }

  get counters() {
    return this.#bus.counters;
  }

  get budgets() {
    return this.#bus.budgets;
  }

  cut(): void {
    this.isUp = false;
  }

  mend(): void {
    this.isUp = true;
    for (const listener of this.#upListeners) listener();
    this.miss();
  }

  /** Another node, which was cut off from it, says that it couldn't tell everything. */
  miss(): void {
    for (const listener of this.#missedListeners) listener();
  }

  publish<K extends keyof Notes>(channel: K, id: Id, note: Notes[K]): void {
    if (this.isUp) this.#bus.publish(channel, id, note);
  }

  listen<K extends keyof Notes>(channel: K, id: Id, listener: (note: Notes[K]) => void): Promise<Unlisten> {
    return this.#bus.listen(channel, id, listener);
  }

  onUp(listener: () => void): Unlisten {
    this.#upListeners.add(listener);
    return () => this.#upListeners.delete(listener);
  }

  onMissed(listener: () => void): Unlisten {
    this.#missedListeners.add(listener);
    return () => this.#missedListeners.delete(listener);
  }

  close(): Promise<void> {
    return this.#bus.close();
  }
}
