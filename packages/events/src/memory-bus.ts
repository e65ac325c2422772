import type { Id } from "@tertulia/model/ids";
import type { Bus, Notes, Unlisten } from "@tertulia/model/ports/bus";
import type { Clock } from "@tertulia/model/ports/clock";
import type { Log } from "@tertulia/model/ports/log";
import { MemoryBudgets } from "./memory-budgets.ts";
import { MemoryCounters } from "./memory-counters.ts";
import { MemoryLeases } from "./memory-leases.ts";

type Listener<K extends keyof Notes> = (note: Notes[K]) => void;
/** One listening; deaf once it has ended. */
type Ear<K extends keyof Notes> = { listener: Listener<K> | null };
// Lists, which nobody changes but makes anew: most channels are a person's, with two or three who listen, and there are thousands.
type Ears = { [K in keyof Notes]: Map<Id, readonly Ear<K>[]> };

/** The bus of a server that runs alone. Notes are shared, not copied: whoever hears one leaves it as it is. */
export class MemoryBus implements Bus {
  /** There is no other node, so nothing can come between. */
  readonly isUp = true;
  readonly leases: MemoryLeases;
  readonly counters: MemoryCounters;
  readonly budgets = new MemoryBudgets();
  readonly #log: Log;
  readonly #ears: Ears = { room: new Map(), user: new Map(), run: new Map(), server: new Map() };
  #undelivered: (() => void)[] = [];

  constructor({ clock, log }: { clock: Clock; log: Log }) {
    this.leases = new MemoryLeases(clock);
    this.counters = new MemoryCounters(clock);
    this.#log = log;
  }

  publish<K extends keyof Notes>(channel: K, id: Id, note: Notes[K]): void {
    // Never in the publisher's own call: a listener that publishes would tear the order, one that throws would break the publisher.
    if (this.#undelivered.length === 0) queueMicrotask(() => this.#deliver());
    this.#undelivered.push(() => {
      for (const ear of this.#ears[channel].get(id) ?? []) this.#tell(ear, note);
    });
  }

  async listen<K extends keyof Notes>(channel: K, id: Id, listener: Listener<K>): Promise<Unlisten> {
    const ears = this.#ears[channel];
    // Each listening is its own, even if the same function listens twice.
    const own: Ear<K> = { listener };
    ears.set(id, (ears.get(id) ?? []).concat(own));
    return () => {
      own.listener = null;
      const others = ears.get(id)?.filter((ear) => ear !== own) ?? [];
      if (others.length > 0) ears.set(id, others);
      else ears.delete(id);
    };
  }

  onUp(): Unlisten {
    return () => {};
  }

  onMissed(): Unlisten {
    return () => {};
  }

  async close(): Promise<void> {
    for (const ears of Object.values(this.#ears)) ears.clear();
  }

  #deliver(): void {
    const due = this.#undelivered;
    this.#undelivered = [];
    for (const deliver of due) deliver();
  }

  #tell<K extends keyof Notes>({ listener }: Ear<K>, note: Notes[K]): void {
    try {
      listener?.(note);
    } catch (err) {
      this.#log.error({ err }, "A listener of the bus failed.");
    }
  }
}
